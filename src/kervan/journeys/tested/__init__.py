"""Tests of a journey as text: given this person and these events, when time passes, then."""
