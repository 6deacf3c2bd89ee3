"""Texts for every channel but e-mail: which fields each has, compiled once, rendered per person."""
