"""Keeps who is in which segment, as it changes: by what people do, and by time alone."""
