"""Journeys in shadow: the real decisions on today's traffic, in memory, again and again."""
