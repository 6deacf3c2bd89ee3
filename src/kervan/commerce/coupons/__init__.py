"""Pools of unique codes: each goes to one message at most, and comes back if that is not sent."""
