"""Rehearsal: the real decision functions in memory over the real history; nothing is written."""
