"""Broadcasts: one message to everybody in a segment, once, at the time its author chose."""
