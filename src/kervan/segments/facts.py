"""What Kervan itself knows or computes of a person, by the names conditions use."""

from typing import Literal

Sort = Literal["number", "text", "time", "day"]

FACTS: dict[str, Sort] = {
    "known_since": "time",
    "language": "text",
    "country": "text",
    "zone": "text",
    "birthday": "day",
    "rfm": "number",
    "rfm_recency": "number",
    "rfm_frequency": "number",
    "rfm_monetary": "number",
    "rfm_group": "text",
    "life_cycle": "text",
    "engagement": "text",
}
"""Name -> what it is. `birthday` is a day of the year, of which no year is kept; `rfm` is the cell
as three digits (555); `rfm_group`, `life_cycle` and `engagement` are words of `WORDS`."""

SCORE = "score."
"""Facts that begin so are numbers somebody computed for each person: `score.lifetime_value`."""

CHANNELS = ("email", "sms", "call", "whatsapp", "push")
"""The place of a channel is its bit in the columns `address`, `verified` and `suppressed`."""

GRANTED_FOR_EVER_MS = 253_402_300_799_000
"""Until when a consent without an end is granted: the last second of the year 9999."""
REFUSED_MS = 0
"""What stands in its place for one that was denied or withdrawn."""


def sort_of(fact: str) -> Sort | None:
    """What a fact is; None for one that does not exist."""
    if fact.startswith(SCORE) and len(fact) > len(SCORE):
        return "number"
    return FACTS.get(fact)


def consent_key(channel: str, purpose: str, topic: str, brand: str) -> str:
    """The key of a consent in the column `consents`."""
    return f"{channel}/{purpose}/{topic}/{brand}"
