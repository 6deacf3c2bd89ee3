"""Local time of many people: against the standard library, zone by zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from kervan.segments import zones
from kervan.segments.columns import Words

ZONES = ("Europe/Istanbul", "Asia/Baku", "Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut",
         "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "UTC")  # fmt: skip


def _words(name: str, count: int) -> Words:
    return Words(np.zeros(count, np.int32), (name,))


@pytest.mark.parametrize("name", ZONES)
def test_there_as_the_standard_library_says(name: str) -> None:
    at = np.arange(0, 2_200_000_000, 7_654_321, np.int64) * 1000
    local = zones.to_local(_words(name, len(at)), at)
    place = ZoneInfo(name)
    for instant, here in zip(at.tolist(), local.tolist(), strict=True):
        said = datetime.fromtimestamp(instant / 1000, UTC).astimezone(place)
        assert datetime.fromtimestamp(here / 1000, UTC).replace(tzinfo=None) == said.replace(
            tzinfo=None
        )


@pytest.mark.parametrize("name", ZONES)
def test_each_midnight_and_back(name: str) -> None:
    day = np.arange(12_000, 22_000, 3, np.int64) * zones.DAY_MS
    at = zones.to_instant(_words(name, len(day)), day)
    place = ZoneInfo(name)
    for midnight, instant in zip(day.tolist(), at.tolist(), strict=True):
        wanted = datetime.fromtimestamp(midnight / 1000, UTC).replace(tzinfo=None)
        said = datetime.fromtimestamp(instant / 1000, UTC).astimezone(place).replace(tzinfo=None)
        before = datetime.fromtimestamp(instant / 1000 - 1, UTC).astimezone(place)
        if said != wanted:  # a midnight that was skipped: the first instant after the gap
            assert said > wanted > before.replace(tzinfo=None)
        else:  # the first of its kind
            assert before.replace(tzinfo=None) != wanted - timedelta(seconds=1) or (
                wanted.replace(tzinfo=place).timestamp() == instant / 1000
            )


def test_a_zone_that_skips_midnight_begins_its_day_at_one() -> None:
    # Beirut, 2021-03-28: 00:00 became 01:00
    midnight = np.array([int(datetime(2021, 3, 28, tzinfo=UTC).timestamp()) * 1000], np.int64)
    at = zones.to_instant(_words("Asia/Beirut", 1), midnight)
    assert datetime.fromtimestamp(at[0] / 1000, UTC) == datetime(2021, 3, 27, 22, 0, tzinfo=UTC)


def test_months_weeks_and_quarters_are_the_persons_own() -> None:
    at = np.array([int(datetime(2026, 10, 31, 22, 30, tzinfo=UTC).timestamp()) * 1000] * 2)
    zone = Words(np.array([0, 1], np.int32), ("Europe/Istanbul", "UTC"))
    start, end, until = zones.calendar(zone, at, "month", 0, 1)
    assert [datetime.fromtimestamp(one / 1000, UTC).isoformat() for one in start] == [
        "2026-10-31T21:00:00+00:00", "2026-10-01T00:00:00+00:00",
    ]  # fmt: skip
    assert (end == until).all()
    start, end, _ = zones.calendar(zone, at, "week", 1, 2)
    assert [datetime.fromtimestamp(one / 1000, UTC).isoformat() for one in (*start, *end)] == [
        "2026-10-11T21:00:00+00:00", "2026-10-12T00:00:00+00:00",
        "2026-10-25T21:00:00+00:00", "2026-10-26T00:00:00+00:00",
    ]  # fmt: skip
    start, end, _ = zones.calendar(zone, at, "quarter", 1, 1)
    assert datetime.fromtimestamp(start[1] / 1000, UTC) == datetime(2026, 7, 1, tzinfo=UTC)
    assert datetime.fromtimestamp(end[1] / 1000, UTC) == datetime(2026, 10, 1, tzinfo=UTC)
