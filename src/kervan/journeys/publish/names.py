"""Says what a journey's text calls it, also while the text is not right yet."""

from functools import lru_cache

from kervan.journeys import text as texts
from kervan.journeys.problem import JourneyNotValid


@lru_cache(maxsize=256)
def name_of(text: str) -> str:
    """The name that a text gives its journey, "" where it cannot be read."""
    try:
        root = texts.read(text).value
        name = root["journey"].value["name"].value
    except (JourneyNotValid, KeyError, TypeError, AttributeError):
        return ""
    return str(name)[:200]
