"""How calls of an account are made: the settings that every provider of calls has."""

from datetime import datetime, tzinfo
from typing import Annotated

import msgspec
from msgspec import Meta

Clock = Annotated[
    str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["09:00", "20:00"])
]


MOST_SECONDS = 1_000_000
"""No call is longer: eleven days."""
_YEARS = range(2000, 2100)


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """At most `attempts` times, `again_minutes` apart at least, between `calls_from` and
    `calls_until` where the customer lives (the same twice: at any hour); an agent keeps a task for
    `lease_minutes` and a call for as long again."""

    attempts: Annotated[int, Meta(ge=1, le=20)] = 3
    again_minutes: Annotated[int, Meta(ge=1, le=10_080)] = 120
    calls_from: Clock = "09:00"
    calls_until: Clock = "20:00"
    lease_minutes: Annotated[int, Meta(ge=1, le=480)] = 20


def stamp(text: str, zone: tzinfo | None = None) -> datetime | None:
    """The time (ISO 8601) a switch names, in `zone` where it says none; None for none at all.

    Nor is one of another age: PostgreSQL keeps what Python cannot read back, and the call with it.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=zone)
    return found if found.tzinfo and found.year in _YEARS else None
