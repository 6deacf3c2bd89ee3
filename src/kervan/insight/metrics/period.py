"""Days as people write them, in the workspace's zone, and the instants they lie between."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from kervan.kernel.errors import KervanError
from kervan.segments import zones
from kervan.segments.columns import Int64, Words

MOST_DAYS = 400
_EPOCH = date(1970, 1, 1)
_FIRST, _LAST = date(1970, 1, 2), date(2099, 12, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of a zone, both included. `edges_ms` has one entry more than there are days: day
    i begins at its entry and ends before the next. A day may have 23 or 25 hours."""

    first: date
    last: date
    edges_ms: tuple[int, ...]

    @property
    def begin_ms(self) -> int:
        """The first instant."""
        return self.edges_ms[0]

    @property
    def end_ms(self) -> int:
        """The first instant that is no longer in it."""
        return self.edges_ms[-1]

    @property
    def days(self) -> list[date]:
        """Its days, in order."""
        return [self.first + timedelta(days=i) for i in range(len(self.edges_ms) - 1)]

    def day_of(self, at_ms: Int64) -> Int64:
        """Which of its days each instant falls on, from 0; -1 before it, as many as there are
        behind it."""
        found: Int64 = np.searchsorted(np.array(self.edges_ms, np.int64), at_ms, side="right") - 1
        return found


def of(first: date, last: date, zone: str) -> Period:
    """The days from `first` to `last`. Raises insight.period_turned, insight.period_long (422)."""
    if last < first:
        raise KervanError("insight.period_turned", status=422)
    count = (last - first).days + 1
    if count > MOST_DAYS:
        raise KervanError("insight.period_long", status=422, most=MOST_DAYS)
    if first < _FIRST or last > _LAST:
        raise KervanError("insight.period_far", status=422, first=str(_FIRST), last=str(_LAST))
    midnights = ((first - _EPOCH).days + np.arange(count + 1, dtype=np.int64)) * zones.DAY_MS
    here = Words(np.zeros(count + 1, np.int32), (zone,))
    return Period(first, last, tuple(zones.to_instant(here, midnights).tolist()))


def before(period: Period, zone: str) -> Period:
    """As many days right before it. Raises insight.period_far (422)."""
    count = len(period.edges_ms) - 1
    return of(period.first - timedelta(days=count), period.first - timedelta(days=1), zone)
