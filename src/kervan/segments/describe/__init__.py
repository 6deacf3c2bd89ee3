"""Says a rule tree in Turkish, Azerbaijani and English, each tree in words of its own."""

from kervan.segments.describe.names import Names
from kervan.segments.describe.sentence import clause, describe, describe_lines

__all__ = ["Names", "clause", "describe", "describe_lines"]
