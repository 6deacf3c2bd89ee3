"""The business in figures: each has one written definition, and the people and messages behind."""
