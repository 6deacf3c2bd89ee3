"""The five fields of crontab(5) as instants in a zone, with daylight saving by the house's rules.

A local time that does not exist is taken at the next one that does; one that comes twice is taken
once, the first time.
"""

import re
from dataclasses import dataclass

import numpy as np

from kervan.segments import zones
from kervan.segments.columns import Int64, Words

DAY_MS = 86_400_000
_MOST_DAYS = 366 * 8 + 2
"""February 29 comes after eight years at most."""
_NAMES = {
    "sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6,
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
    "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_PART = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d{1,4}))?")


@dataclass(frozen=True, slots=True)
class Cron:
    """When it is time: `minutes` of the day, on these days of a month or of a week, in months.

    Where both kinds of days are limited, either is enough, as in every cron.
    """

    minutes: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool

    def on(self, day: int) -> bool:
        """Whether the day (counted from 1970-01-01) is one of them."""
        date = np.datetime64(day, "D")
        month = date.astype("datetime64[M]")
        if int(month.astype(np.int64)) % 12 + 1 not in self.months:
            return False
        by_day = int((date - month).astype(np.int64)) + 1 in self.days
        by_week = (day + 4) % 7 in self.weekdays
        return by_day or by_week if self.either else by_day and by_week


def parse(text: str) -> Cron | None:
    """`minute hour day-of-month month day-of-week`, None for what is no such text or never comes.

    Each field is `*`, numbers or names, ranges and steps, with commas between; Sunday is 0 or 7.
    """
    words = text.split()
    if len(words) != len(_BOUNDS):
        return None
    fields = [_field(word, *bounds) for word, bounds in zip(words, _BOUNDS, strict=True)]
    if not all(fields):
        return None
    minutes, hours, days, months, weekdays = fields
    times = tuple(sorted(hour * 60 + minute for hour in hours for minute in minutes))
    either = not words[2].startswith("*") and not words[4].startswith("*")
    week = frozenset(one % 7 for one in weekdays)
    found = Cron(times, frozenset(days), frozenset(months), week, either)
    longest = max(29 if one == 2 else 30 + (one in {1, 3, 5, 7, 8, 10, 12}) for one in months)
    return found if either or min(days) <= longest else None


def _field(text: str, low: int, high: int) -> set[int]:
    """The numbers of a field, none at all when it is wrong."""
    found: set[int] = set()
    for part in text.lower().split(","):
        shape = _PART.fullmatch(part)
        if shape is None:
            return set()
        first, last, step = shape.groups()
        if first == "*":
            begin, end = low, high
            if last is not None:
                return set()
        else:
            begin = _number(first)
            end = _number(last) if last else (high if step else begin)
        by = int(step or 1)
        if not low <= begin <= end <= high or by < 1:
            return set()
        found |= set(range(begin, end + 1, by))
    return found


def _number(word: str) -> int:
    if word.isdecimal() and word.isascii():
        return int(word)
    return _NAMES.get(word, -1)


def following(cron: Cron, zone: str, after_ms: int) -> int | None:
    """The first instant (ms) after `after_ms` at which it is time; None when there is none."""
    place = Words(np.zeros(1, np.int32), (zone,))
    local = int(zones.to_local(place, np.array([after_ms], np.int64))[0])
    # A day earlier: what a clock put forward has left out may come later than its own day.
    for day in range(local // DAY_MS - 1, local // DAY_MS + _MOST_DAYS):
        if not cron.on(day):
            continue
        at = _instants(cron, zone, day)
        later = at[at > after_ms]
        if len(later):
            return int(later.min())
    return None


def between(cron: Cron, zone: str, after_ms: int, until_ms: int, limit: int = 1_000) -> list[int]:
    """The instants after `after_ms`, up to and with `until_ms`, the first `limit` of them."""
    found: list[int] = []
    at = following(cron, zone, after_ms)
    while at is not None and at <= until_ms and len(found) < limit:
        found.append(at)
        at = following(cron, zone, at)
    return found


def _instants(cron: Cron, zone: str, day: int) -> Int64:
    local = np.array(cron.minutes, np.int64) * 60_000 + day * DAY_MS
    return zones.to_instant(Words(np.zeros(len(local), np.int32), (zone,)), local)
