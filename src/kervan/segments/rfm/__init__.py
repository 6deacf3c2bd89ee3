"""Recency, frequency and monetary value of customers, and where each stands in her own rhythm."""
