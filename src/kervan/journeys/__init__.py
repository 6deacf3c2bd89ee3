"""Journeys: what shall happen to one person after the other, as data and pure functions."""
