"""When to try again: within the hours for calls, out of quiet hours, not at the same hour twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from kervan.delivery.policy.definition import Quiet
from kervan.delivery.policy.quiet import NEVER_MS, Week, minutes, quiet_until, week_of
from kervan.delivery.policy.where import Places, local
from kervan.kernel import clock

_HOUR_MS = 3_600_000
_DAY_HOURS = 24


def next_at(
    earliest: datetime,
    places: Places,
    hours: tuple[str, str],
    quiet: Sequence[Quiet] = (),
    tried: Sequence[datetime] = (),
) -> datetime | None:
    """The first instant from `earliest` on at which somebody may be tried, None for none.

    `places` has her as its only row; `hours` are local ("09:00", "20:00"), equal ones the whole
    day; `quiet` are the rules that are about her. The hours of the day at which she was `tried`
    come again only when there is no other.
    """
    rules = [*quiet]
    if hours[0] != hours[1]:
        rules.append(Quiet(name="hours", from_=hours[1], until=hours[0]))
    week = week_of(rules)
    zone = places.sets[int(places.codes[0])][0]
    used = {_hour(zone, clock.to_ms(at)) for at in tried}
    at_ms = first_ms = _free(clock.to_ms(earliest), places, week)
    for _ in range(2 * _DAY_HOURS):
        if at_ms == NEVER_MS:
            break
        if _hour(zone, at_ms) not in used:
            return clock.from_ms(at_ms)
        shown = int(local(zone, np.array([at_ms], np.int64))[0])
        at_ms = _free(at_ms + _HOUR_MS - shown % _HOUR_MS, places, week)
    return None if first_ms == NEVER_MS else clock.from_ms(first_ms)


def window(best_time: str, hours: tuple[str, str]) -> tuple[str, str]:
    """The person's own best time ("18:00-20:00") where it is one, else `hours`."""
    start, dash, end = best_time.partition("-")
    if not dash or not (_is_clock(start) and _is_clock(end)) or start == end:
        return hours
    return start, end


def in_time(at: datetime | None, expires_at: datetime) -> bool:
    """Whether there is a next time, and time enough for it."""
    return at is not None and at < expires_at - timedelta(minutes=1)


def _is_clock(text: str) -> bool:
    hour, colon, minute = text.partition(":")
    digits = hour.isascii() and minute.isascii() and hour.isdigit() and minute.isdigit()
    return bool(colon) and digits and len(text) == 5 and minutes(text) < 1440 and int(minute) < 60


def _hour(zone: str, at_ms: int) -> int:
    return int(local(zone, np.array([at_ms], np.int64))[0]) // _HOUR_MS % _DAY_HOURS


def _free(at_ms: int, places: Places, week: Week) -> int:
    return int(quiet_until(np.array([at_ms], np.int64), places, week)[0])
