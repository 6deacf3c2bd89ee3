"""Quiet hours: until when a message must wait, as a pure function over columns.

An instant is quiet when the local time that clocks show then lies in an interval that includes its
beginning and not its end. So an end that clocks skip frees at the first instant after the gap, and
an hour that clocks show twice is quiet twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from kervan.consent.deadlines import calendar_in
from kervan.delivery.policy.definition import DAYS, Quiet
from kervan.delivery.policy.where import Instants, Places
from kervan.segments.zones import shifts

MINUTE_MS = 60_000
DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS
NEVER_MS = np.iinfo(np.int64).max
HORIZON_MS = 31 * DAY_MS
"""What is not free within a month is never free."""
_MOST_STEPS = 400
_MONDAY_MS = 4 * DAY_MS  # 1970-01-05; the first of January was a Thursday


@dataclass(frozen=True, slots=True)
class Week:
    """Quiet times of a week: local milliseconds since Monday, joined, in order, none past Sunday.

    `countries` have their public holidays quiet, from midnight to midnight.
    """

    starts_ms: Instants
    ends_ms: Instants
    countries: tuple[str, ...] = ()


def minutes(clock: str) -> int:
    """Minutes since midnight of "09:30"; "24:00" is the end of the day."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def week_of(rules: Sequence[Quiet]) -> Week:
    """All intervals of `rules` as one week."""
    return _week(tuple(rules))


@lru_cache(maxsize=256)
def _week(rules: tuple[Quiet, ...]) -> Week:
    spans: list[tuple[int, int]] = []
    for rule in rules:
        if not rule.from_:
            continue
        start, end = minutes(rule.from_), minutes(rule.until)
        length = end - start if end > start else end - start + 1440
        for day in rule.days or DAYS:
            begin = DAYS.index(day) * 1440 + start
            spans += [(begin, min(begin + length, 10_080))]
            if begin + length > 10_080:  # from Sunday into Monday
                spans += [(0, begin + length - 10_080)]
    joined: list[list[int]] = []
    for begin, finish in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], finish)
        else:
            joined.append([begin, finish])
    starts = np.array([one[0] for one in joined], np.int64) * MINUTE_MS
    ends = np.array([one[1] for one in joined], np.int64) * MINUTE_MS
    return Week(starts, ends, tuple(sorted({one.holidays for one in rules if one.holidays})))


def quiet_until(at_ms: Instants, places: Places, week: Week) -> Instants:
    """For each row the first instant from `at_ms` on that is not quiet, NEVER_MS for none.

    A person who may be in several zones waits until it is quiet in none of them.
    """
    free = at_ms.copy()
    if not len(week.starts_ms) and not week.countries:
        return free
    for code, zones in enumerate(places.sets):
        rows = np.flatnonzero(places.codes == code)
        if not len(rows):
            continue
        mine = free[rows]
        settled = False
        steps = 0
        while not settled and steps < _MOST_STEPS:
            before = mine
            for zone in zones:
                mine = _free_in(zone, mine, week)
            settled = len(zones) == 1 or bool(np.array_equal(before, mine))
            steps += 1
        mine[mine - at_ms[rows] > HORIZON_MS] = NEVER_MS
        free[rows] = mine if settled else NEVER_MS
    return free


def _free_in(zone: str, at_ms: Instants, week: Week) -> Instants:
    """The same in one zone; what is too far away may stay at an instant that is quiet."""
    one = shifts(zone)
    edges = np.append(one.edges_ms[1:], NEVER_MS)
    out = at_ms.copy()
    rows = np.arange(len(out))
    for _ in range(_MOST_STEPS):
        if not len(rows):
            break
        at = out[rows]
        piece = np.searchsorted(one.edges_ms, at, side="right") - 1
        local = at + one.shifts_ms[piece]
        ends = _end(local, week)
        quiet = ends > local
        if not quiet.any():
            break
        # Where clocks change before the end, what they show then is looked at anew.
        after = np.minimum(ends - one.shifts_ms[piece], edges[piece])
        far = after - at_ms[rows] > HORIZON_MS
        out[rows[quiet]] = after[quiet]
        rows = rows[quiet & ~far]
    return out


def _end(local_ms: Instants, week: Week) -> Instants:
    """The local time at which the interval around each local time ends; itself where none is."""
    ends = local_ms.copy()
    if len(week.starts_ms):
        inside = (local_ms - _MONDAY_MS) % WEEK_MS
        place = np.searchsorted(week.starts_ms, inside, side="right") - 1
        quiet = (place >= 0) & (inside < week.ends_ms[place])
        ends = np.where(quiet, local_ms - inside + week.ends_ms[place], ends)
    for country in week.countries:
        day = local_ms // DAY_MS
        holidays = _holidays(country, _years(day))
        off = holidays[np.searchsorted(holidays[:-1], day)] == day
        ends = np.where(off, np.maximum(ends, (day + 1) * DAY_MS), ends)
    return np.asarray(ends, np.int64)


def _years(days: npt.NDArray[np.int64]) -> tuple[int, ...]:
    near = _year(int(days.min())), _year(int(days.max()))
    if near[1] - near[0] < 2:  # nearly always; the way below is far dearer for a small batch
        return tuple(sorted(set(near)))
    found = np.unique(days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64))
    return tuple((found + 1970).tolist())


@lru_cache(maxsize=1024)
def _year(day: int) -> int:
    return int(np.datetime64(day, "D").astype("datetime64[Y]").astype(np.int64)) + 1970


@lru_cache(maxsize=256)
def _holidays(country: str, years: tuple[int, ...]) -> Instants:
    """Days since 1970, in order, and behind them one that never comes."""
    days = {day for year in years for day in calendar_in(country, year).holidays}
    found = sorted(np.datetime64(day, "D").astype(np.int64) for day in days)
    return np.array([*found, NEVER_MS], np.int64)
