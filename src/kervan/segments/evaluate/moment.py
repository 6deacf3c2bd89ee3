"""Instants and days of the year against windows that move with the time of asking, per person."""

from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property

import numpy as np

from kervan.segments.columns import NEVER, NO_TIME, Bools, Int64, Words
from kervan.segments.tree import Between, Calendar, Ever, Last, Next, Span, Time, Yearly
from kervan.segments.zones import DAY_MS, CalendarUnit, shifts, to_instant, to_local, unit_start
from kervan.segments.zones import calendar as calendar_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_MS = 1 << 60
"""Longer spans are as good as this one, and stay within 64 bits."""

Held = tuple[Bools, Int64]
"""Who holds, and until when at least."""


def length_ms(span: Span | None) -> int:
    """Milliseconds of a span, 0 for none."""
    return 0 if span is None else min(span.length_ms, _LONGEST_MS)


def soonest(at_ms: Int64, *candidates: Int64) -> Int64:
    """The earliest of the candidates later than `at`, NEVER where there is none; per entry."""
    first = np.full(len(at_ms), NEVER, np.int64)
    for one in candidates:
        np.minimum(first, one, out=first, where=one > at_ms)
    return first


class Moments:
    """The windows of one asking: people's `zone` and `at_ms`, one per person."""

    def __init__(self, zone: Words, at_ms: Int64) -> None:
        self._zone = zone
        self._at_ms = at_ms
        self._calendars: dict[tuple[CalendarUnit, int, int], tuple[Int64, Int64, Int64]] = {}
        self._betweens: dict[Between, tuple[Int64, Int64]] = {}

    def calendar(self, window: Calendar) -> tuple[Int64, Int64, Int64]:
        """(start, end, next): the window and when it moves, later than `at`."""
        key = (window.unit, window.back, window.count)
        if key not in self._calendars:
            start, end, after = calendar_of(self._zone, self._at_ms, *key)
            after = np.minimum(np.maximum(after, self._at_ms + 1), self.back_ms)
            self._calendars[key] = start, end, after
        return self._calendars[key]

    def unit_ms(self, window: Calendar, moment_ms: Int64, units: int) -> Int64:
        """When the window's calendar unit `units` after that of each moment begins; NEVER for
        NEVER."""
        found = np.full(len(moment_ms), NEVER, np.int64)
        known = np.flatnonzero(moment_ms < NEVER)
        zone = self._zone.take(known)
        local = to_local(zone, moment_ms[known])
        found[known] = to_instant(zone, unit_start(local, window.unit, units))
        return found

    @cached_property
    def back_ms(self) -> Int64:
        """When next a clock is put back over midnight, so that a day begins twice; or NEVER.

        While time is told a second time it is the next instant: calendars are not to be trusted.
        """
        found = np.full(len(self._at_ms), NEVER, np.int64)
        for code, name in enumerate(self._zone.words):
            edges, again = _days_again(name)
            if len(edges):
                rows = np.flatnonzero(self._zone.codes == code)
                at = self._at_ms[rows]
                after = np.searchsorted(edges, at, side="right")
                is_again = at < np.append(NO_TIME, again)[after]
                found[rows] = np.where(is_again, at + 1, np.append(edges, NEVER)[after])
        return found

    def between(self, window: Between) -> tuple[Int64, Int64]:
        """(start, end) as instants; far away where the window has none."""
        if window not in self._betweens:
            start = self._edge(window.start, -_LONGEST_MS, 0)
            self._betweens[window] = start, self._edge(window.end, _LONGEST_MS, 1)
        return self._betweens[window]

    def _edge(self, text: str | None, missing_ms: int, days: int) -> Int64:
        if text is None:
            return np.full(len(self._at_ms), missing_ms, np.int64)
        if "T" in text:
            instant = (datetime.fromisoformat(text) - _EPOCH) // timedelta(milliseconds=1)
            return np.full(len(self._at_ms), instant, np.int64)
        day = (date.fromisoformat(text) - _EPOCH.date()).days + days
        return to_instant(self._zone, np.full(len(self._at_ms), day * DAY_MS, np.int64))

    def time(self, test: Time, moment_ms: Int64) -> Held:
        """Whether each moment (NO_TIME for unknown) lies in the test's window."""
        known = moment_ms != NO_TIME
        at, window = self._at_ms, test.window
        moment = np.where(known, moment_ms, 0)
        holds: Bools
        flip: Int64
        match window:
            case Ever():
                holds, flip = moment <= at, soonest(at, moment)
            case Last():
                enters = moment + length_ms(window.skip)
                holds, flip = enters <= at, soonest(at, enters)
                if window.span is not None:
                    leaves = moment + length_ms(window.span)
                    holds, flip = holds & (leaves > at), soonest(at, enters, leaves)
            case Next():
                enters = moment - length_ms(window.span)
                holds, flip = (enters <= at) & (at < moment), soonest(at, enters, moment)
            case Calendar():
                start, end, after = self.calendar(window)
                holds = (start <= moment) & (moment < end)
                enters = self.unit_ms(window, moment, window.back)
                flip = np.where(enters > at, np.minimum(enters, self.back_ms), after)
                flip = np.where(moment >= start, flip, self.back_ms)  # what is behind stays there
            case Between():
                start, end = self.between(window)
                holds, flip = (start <= moment) & (moment < end), np.full(len(at), NEVER)
        return known & holds, np.where(known, flip, NEVER)

    def yearly(self, test: Yearly, month: Int64, day: Int64) -> Held:
        """Whether each day of the year (month 0 for unknown) is near today."""
        known = (month >= 1) & (month <= 12) & (day >= 1)
        today = to_local(self._zone, self._at_ms) // DAY_MS
        this_month = today.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        year_month = this_month - this_month % 12 + np.where(known, month - 1, 0)
        holds = np.zeros(len(known), np.bool_)
        candidates = []
        for years in (-1, 0, 1, 2):
            first = _first_day(year_month + 12 * years)
            length = _first_day(year_month + 12 * years + 1) - first
            kept = first + np.minimum(day, length) - 1  # the 29th of February on the 28th
            holds |= (kept - test.before <= today) & (today <= kept + test.after)
            candidates += [kept - test.before, kept + test.after + 1]
        change = np.where(known, soonest(today, *candidates), 0)
        flip = np.maximum(to_instant(self._zone, change * DAY_MS), self._at_ms + 1)
        flip = np.minimum(flip, self.back_ms)
        return known & holds, np.where(known, flip, NEVER)

    def yearly_of(self, test: Yearly, moment_ms: Int64) -> Held:
        """Whether the day of each moment (NO_TIME for unknown) in the person's zone is near."""
        known = moment_ms != NO_TIME
        local = to_local(self._zone, np.where(known, moment_ms, 0)) // DAY_MS
        dates = local.astype("datetime64[D]")
        months = dates.astype("datetime64[M]")
        month = np.where(known, months.astype(np.int64) % 12 + 1, 0)
        return self.yearly(test, month, (dates - months).astype(np.int64) + 1)


@cache
def _days_again(zone: str) -> tuple[Int64, Int64]:
    """When the zone's clocks were put back over a midnight (rare, and none is planned), and until
    when time was then told a second time."""
    one = shifts(zone)
    before = (one.edges_ms[1:] - 1 + one.shifts_ms[:-1]) // DAY_MS
    after = (one.edges_ms[1:] + one.shifts_ms[1:]) // DAY_MS
    edges, back = one.edges_ms[1:], one.shifts_ms[:-1] - one.shifts_ms[1:]
    return edges[after < before], (edges + back)[after < before]


def _first_day(month: Int64) -> Int64:
    """The day (since 1970) on which a month (since 1970) begins."""
    return month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
