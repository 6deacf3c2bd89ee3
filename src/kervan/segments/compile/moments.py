"""Windows and days of the year as bounds: instants by zone, computed here, never in SQL."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TypeVar

import numpy as np

from kervan.segments import tree
from kervan.segments.columns import Int64, Words
from kervan.segments.zones import DAY_MS, calendar, to_instant, to_local

FAR_MS = 1 << 60
"""Further away than any instant; longer spans are as good as this one."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_T = TypeVar("_T")
Bounds = tuple[int, int]
"""From the first millisecond to before the second."""


def length_ms(span: tree.Span | None) -> int:
    """Milliseconds of a span, 0 for none."""
    return 0 if span is None else min(span.length_ms, FAR_MS)


class Moments:
    """The instant of asking and what it is in everybody's zones."""

    def __init__(self, at_ms: int, zones: Sequence[str]) -> None:
        self.at_ms = at_ms
        self.zones = tuple(zones) or ("UTC",)

    @cached_property
    def _words(self) -> Words:
        return Words(np.arange(len(self.zones), dtype=np.int32), self.zones)

    @cached_property
    def _at(self) -> Int64:
        return np.full(len(self.zones), self.at_ms, np.int64)

    def today(self) -> list[date]:
        """The date in each zone."""
        days = to_local(self._words, self._at) // DAY_MS
        return [_EPOCH.date() + timedelta(days=int(day)) for day in days]

    def of_events(self, window: tree.Window) -> list[Bounds]:
        """The bounds of a window of events in each zone; nothing after `at` counts."""
        return [(low, min(high, self.at_ms + 1)) for low, high in self.bounds(window)]

    def bounds(self, window: tree.Window) -> list[Bounds]:
        """The bounds of a window in each zone; of Since all time up to `at`."""
        at, every = self.at_ms, len(self.zones)
        match window:
            case tree.Ever() | tree.Since():
                return [(-FAR_MS, at + 1)] * every
            case tree.Last():
                low = -FAR_MS if window.span is None else at - length_ms(window.span) + 1
                return [(low, at - length_ms(window.skip) + 1)] * every
            case tree.Next():
                return [(at + 1, at + length_ms(window.span) + 1)] * every
            case tree.Calendar():
                start, end, _ = calendar(
                    self._words, self._at, window.unit, window.back, window.count
                )
                return list(zip(start.tolist(), end.tolist(), strict=True))
            case tree.Between():
                lows = self._edge(window.start, -FAR_MS, 0)
                return list(zip(lows, self._edge(window.end, FAR_MS, 1), strict=True))

    def _edge(self, text: str | None, missing_ms: int, days: int) -> list[int]:
        if text is None:
            return [missing_ms] * len(self.zones)
        if "T" in text:
            instant = (datetime.fromisoformat(text) - _EPOCH) // timedelta(milliseconds=1)
            return [instant] * len(self.zones)
        day = (date.fromisoformat(text) - _EPOCH.date()).days + days
        midnight = np.full(len(self.zones), day * DAY_MS, np.int64)
        return [int(one) for one in to_instant(self._words, midnight)]

    def near_days(self, test: tree.Yearly) -> list[tuple[int, ...]]:
        """The days of the year (month * 100 + day) that are near today, in each zone."""
        return [_near(today, test) for today in self.today()]


def _near(today: date, test: tree.Yearly) -> tuple[int, ...]:
    """Days of the year of which some year's lies from `after` days ago to `before` days ahead."""
    found: set[int] = set()
    first = max(-test.after, -366)
    for days in range(first, min(test.before, 366) + 1):
        near = today + timedelta(days=days)
        found.add(near.month * 100 + near.day)
        if (near.month, near.day) == (2, 28) and (near + timedelta(days=1)).month == 3:
            found.add(229)
    return tuple(sorted(found))


def classes(zones: Sequence[str], values: Sequence[_T]) -> dict[_T, list[str]]:
    """The zones that have the same value, by value."""
    found: dict[_T, list[str]] = {}
    for zone, value in zip(zones, values, strict=True):
        found.setdefault(value, []).append(zone)
    return found


Choose = Callable[[Sequence[str]], str]
"""The condition that a row's person lives in one of these zones."""


def of_zone(parts: dict[str, list[str]], choose: Choose) -> str:
    """The expression that is the one of the person's zone: `parts` are expressions and their zones.

    Zones that are not among them belong to the last.
    """
    *others, last = parts
    if not others:
        return last
    chosen = "".join(f"{choose(parts[one])}, {one}, " for one in others)
    return f"multiIf({chosen}{last})"
