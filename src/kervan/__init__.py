"""Kervan: the whole conversation between a retailer and a customer, on one profile."""
