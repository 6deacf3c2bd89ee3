"""Keeps audiences on advertising platforms the same as segments, for those alone who agreed."""
