"""Local time of many people at once, by the pinned time zone data: there and back, and calendars.

SQL never sees a zone: it gets the instants computed here. A local time that does not exist is the
first instant after it, one that exists twice is its first instant.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

from kervan.segments.columns import Int64, Words

DAY_MS = 86_400_000
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(2100, 1, 1, tzinfo=UTC)
_STEP = timedelta(days=7)
"""No zone has had two changes that undo each other within fewer days."""
CalendarUnit = Literal["day", "week", "month", "quarter", "year"]
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Shifts:
    """A zone as pieces: from `edges_ms[i]` on (the first is the beginning of time) local time is
    UTC plus `shifts_ms[i]`; `ends_ms[i]` is the local time at which piece i has ended."""

    edges_ms: Int64
    shifts_ms: Int64
    ends_ms: Int64


@cache
def shifts(zone: str) -> Shifts:
    """The pieces of an IANA zone from 1970 to 2100. Raises ZoneInfoNotFoundError."""
    place = ZoneInfo(zone)
    edges, offsets = [np.iinfo(np.int64).min // 4], [_offset_ms(place, _FIRST)]
    before = _FIRST
    while before < _LAST:
        after = before + _STEP
        if _offset_ms(place, after) != offsets[-1]:
            low, high = before, after
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
                if _offset_ms(place, middle) == offsets[-1]:
                    low = middle
                else:
                    high = middle
            edges.append(int(high.timestamp()) * 1000)
            offsets.append(_offset_ms(place, high))
            before = high
        else:
            before = after
    starts, by = np.array(edges, np.int64), np.array(offsets, np.int64)
    ends = np.append(starts[1:] + by[:-1], np.iinfo(np.int64).max)
    return Shifts(starts, by, np.maximum.accumulate(ends))


def _offset_ms(place: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(place).utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) * 1000


def to_local(zone: Words, at_ms: Int64) -> Int64:
    """Local milliseconds (as if UTC) of instants, one zone per entry."""
    local = at_ms.copy()
    for code, name in enumerate(zone.words):
        rows = np.flatnonzero(zone.codes == code)
        if len(rows):
            one = shifts(name)
            piece = np.searchsorted(one.edges_ms, at_ms[rows], side="right") - 1
            local[rows] += one.shifts_ms[piece]
    return local


def to_instant(zone: Words, local_ms: Int64) -> Int64:
    """The first instant at which it is this local time (or, in a gap, later), per entry."""
    at = local_ms.copy()
    for code, name in enumerate(zone.words):
        rows = np.flatnonzero(zone.codes == code)
        if len(rows):
            one = shifts(name)
            piece = np.searchsorted(one.ends_ms, local_ms[rows], side="right")
            at[rows] = np.maximum(local_ms[rows] - one.shifts_ms[piece], one.edges_ms[piece])
    return at


def unit_start(local_ms: Int64, unit: CalendarUnit, units: int = 0) -> Int64:
    """The local midnight at which the calendar unit of each local time, `units` later, begins."""
    day: Int64 = local_ms // DAY_MS
    if unit == "day":
        first = day + units
    elif unit == "week":
        first = day - (day + 3) % 7 + units * 7  # 1970-01-01 was a Thursday
    else:
        step = _MONTHS[unit]
        month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        begun = (month // step + units) * step
        first = begun.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return first * DAY_MS


def calendar(
    zone: Words, at_ms: Int64, unit: CalendarUnit, back: int, count: int
) -> tuple[Int64, Int64, Int64]:
    """(start, end, next) instants of `count` whole units, the last of them `back` units ago.

    `next` is when the unit of `at` ends, and the window moves on.
    """
    local = to_local(zone, at_ms)
    start = to_instant(zone, unit_start(local, unit, 1 - back - count))
    end = to_instant(zone, unit_start(local, unit, 1 - back))
    return start, end, to_instant(zone, unit_start(local, unit, 1))
