"""Times of a person's own day as instants, over columns: what clocks in her zone show when.

A local time that a zone leaves out is the next instant that exists, one that comes twice is its
first instant, so that each is met once (segments.zones, pinned zone data).
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from kervan.journeys.steps.step import NEVER, Int64
from kervan.segments import zones
from kervan.segments.columns import Words

DAY_MS, MINUTE_MS = 86_400_000, 60_000
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_EVERY = range(7)


def minute(text: str) -> int | None:
    """The minute of the day of a clock time such as 09:30, None for what is none."""
    found = _CLOCK.fullmatch(text)
    return int(found[1]) * 60 + int(found[2]) if found else None


@lru_cache(maxsize=1024)
def known(zone: str) -> bool:
    """Whether there is an IANA zone of this name."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def on_clock(
    zone: Sequence[str], at_ms: Int64, minute_of_day: int, weekdays: Iterable[int] = _EVERY
) -> Int64:
    """The first instant from `at_ms` on at which clocks show this minute, one zone per row.

    On one of `weekdays` (0 is Monday) only; `at_ms` itself counts.
    """
    allowed = np.zeros(7, np.bool_)
    allowed[list(weekdays)] = True
    where = words(zone)
    today = zones.to_local(where, at_ms) // DAY_MS
    found = np.full(len(at_ms), NEVER, np.int64)
    # A day back: what a zone leaves out of a day may come only on the next one.
    for later in range(-1, 3 if allowed.all() else 9):
        day = today + later
        instant = zones.to_instant(where, day * DAY_MS + minute_of_day * MINUTE_MS)
        # 1970-01-01 was a Thursday.
        fits = (found == NEVER) & (instant >= at_ms) & allowed[(day + 3) % 7]
        found[fits] = instant[fits]
    return found


def of_day(zone: Sequence[str], day: Int64, minute_of_day: int) -> Int64:
    """The instant at which clocks show this minute on a day (counted from 1970-01-01)."""
    return zones.to_instant(words(zone), day * DAY_MS + minute_of_day * MINUTE_MS)


def words(zone: Sequence[str]) -> Words:
    """A column of zones with each name once."""
    codes: dict[str, int] = {}
    rows = [codes.setdefault(one, len(codes)) for one in zone]
    return Words(np.array(rows, np.int32), tuple(codes))
