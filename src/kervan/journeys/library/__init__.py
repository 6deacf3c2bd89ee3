"""Ready-made journeys: each a folder with its text, its messages and its tests."""
