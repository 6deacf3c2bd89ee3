"""Metrics over the history: exact definitions as SQL, small readers beside them."""
