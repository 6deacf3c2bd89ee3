"""Answers rule trees for people whose columns are in memory, and says until when that holds."""
