"""Segments under their keys: versions, lists, templates, texts."""
