"""Days of people: the next birthday, and dates among their traits, by their own calendars."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kervan.journeys.steps import local
from kervan.journeys.steps.step import NEVER, Int64
from kervan.segments.columns import NO_TIME
from kervan.segments.zones import DAY_MS, to_local

BIRTHDAY = "birthday"
__all__ = ["BIRTHDAY", "NO_TIME", "birthday", "day"]


def birthday(known: npt.NDArray[np.uint16], zone: Sequence[str], at_ms: Int64) -> Int64:
    """The next birthday, today's included, as a day since 1970-01-01; NEVER where `known` is 0.

    `known` is month * 100 + day. The 29th of February is kept on the 28th in other years.
    """
    today = to_local(local.words(zone), at_ms) // DAY_MS
    year = today.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    month, day_of_month = known.astype(np.int64) // 100, known.astype(np.int64) % 100
    this_year = _date(year, month, day_of_month)
    next_year = _date(year + 1, month, day_of_month)
    found = np.where(this_year >= today, this_year, next_year)
    return np.where(known > 0, found, NEVER)


def _date(year: Int64, month: Int64, day_of_month: Int64) -> Int64:
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    kept = np.where((month == 2) & (day_of_month == 29) & ~leap, 28, day_of_month)
    months = ((year - 1970) * 12 + np.maximum(month, 1) - 1).astype("datetime64[M]")
    days: Int64 = months.astype("datetime64[D]").astype(np.int64) + kept - 1
    return days


def day(moment_ms: Int64, zone: Sequence[str]) -> Int64:
    """The local day of an instant; NEVER where it is NO_TIME."""
    some = moment_ms != NO_TIME
    shown = to_local(local.words(zone), np.where(some, moment_ms, 0))
    return np.where(some, shown // DAY_MS, NEVER)
