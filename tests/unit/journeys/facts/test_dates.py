"""Birthdays and dates by a person's own calendar."""

import numpy as np

from kervan.journeys.facts import dates
from kervan.journeys.steps.step import NEVER


def _day(text: str) -> int:
    return int(np.datetime64(text, "D").astype(np.int64))


def test_the_next_birthday() -> None:
    at_ms = np.array([_day("2026-11-22") * dates.DAY_MS + 22 * 3_600_000] * 6)
    known = np.array([1122, 1123, 1121, 229, 0, 1122], np.uint16)
    zone = ["UTC", "UTC", "UTC", "UTC", "UTC", "Asia/Baku"]  # in Baku the 22nd is over
    told = ["2026-11-22", "2026-11-23", "2027-11-21", "2027-02-28", None, "2027-11-22"]
    assert dates.birthday(known, zone, at_ms).tolist() == [
        NEVER if one is None else _day(one) for one in told
    ]
    leap = np.array([_day("2028-01-01") * dates.DAY_MS])
    assert dates.birthday(np.array([229], np.uint16), ["UTC"], leap).tolist() == [
        _day("2028-02-29")
    ]


def test_the_local_day_of_an_instant() -> None:
    at_ms = np.array([_day("2026-11-22") * dates.DAY_MS + 21 * 3_600_000, dates.NO_TIME])
    assert dates.day(at_ms, ["Asia/Baku", "UTC"]).tolist() == [_day("2026-11-23"), NEVER]
