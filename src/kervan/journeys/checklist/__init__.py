"""Looks over a journey or a message before it goes live, point by point."""
