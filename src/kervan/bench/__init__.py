"""Measures Kervan at work beside the bare cost of the same work."""
