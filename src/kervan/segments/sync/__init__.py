"""Tells a receiver outside who has entered and left a segment, in order and at least once."""
