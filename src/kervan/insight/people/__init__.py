"""Everybody as a list: in which order, and what is known of each at a glance."""
