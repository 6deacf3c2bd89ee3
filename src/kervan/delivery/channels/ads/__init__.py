"""Advertising platforms: who is on an audience there, and which orders they are told of."""
