"""Pieces of templates that many messages share, such as a footer, each with its versions."""
