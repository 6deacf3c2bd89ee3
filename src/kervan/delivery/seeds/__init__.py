"""Test messages: real ones, to addresses of our own people, that nobody counts."""
