"""How a brand looks and speaks, as data: what the linter holds every message against."""
