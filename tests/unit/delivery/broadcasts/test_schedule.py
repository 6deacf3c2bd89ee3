"""When each person's message is due: her clock, the missing hour, the spread that is her own."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kervan.delivery.broadcasts import schedule
from kervan.kernel import clock
from kervan.segments.columns import Words

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
ZONES = ("Europe/Istanbul", "Asia/Baku", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati")
_SALT = 0x1234_5678_9ABC_DEF0


def due(at: str, zones: list[str], start: datetime = NOW) -> list[str]:
    """When people in these zones are due, in UTC."""
    words = Words(np.arange(len(zones), dtype=np.int32), tuple(zones))
    people = np.arange(1, len(zones) + 1, dtype=np.uint32)
    found = schedule.due(at, people, words, clock.to_ms(start), 0, _SALT)
    return [f"{clock.from_ms(one):%m-%d %H:%M}" for one in found.tolist()]


def test_each_clock_shows_that_time() -> None:
    assert due("2026-11-28T10:00", list(ZONES)) == [
        "11-28 07:00", "11-28 06:00", "11-28 09:00", "11-28 15:00", "11-27 20:00",
    ]  # fmt: skip


def test_who_has_passed_it_is_due_at_once() -> None:
    assert due("2026-11-27T10:30", ["Asia/Baku", "Europe/Berlin"]) == ["11-27 09:00", "11-27 09:30"]


def test_a_local_time_that_there_is_not_is_the_next_instant_and_a_double_one_the_first() -> None:
    start = datetime(2027, 3, 1, tzinfo=UTC)
    assert due("2027-03-28T02:30", ["Europe/Berlin"], start) == ["03-28 01:00"]  # 03:00 there
    assert due("2027-10-31T02:30", ["Europe/Berlin"], start) == ["10-31 00:30"]  # summer time still


def test_it_starts_when_the_first_clock_on_earth_shows_the_time() -> None:
    def starts(at: str, *, local: bool = False) -> str:
        found = schedule.starts_at(at, "Europe/Istanbul", NOW, local=local)
        return f"{found:%m-%d %H:%M}"

    assert starts("now") == "11-27 09:00"
    assert starts("2026-11-27T13:00") == "11-27 10:00"
    assert starts("2026-11-27T13:00+04:00") == "11-27 09:00"
    assert starts("2026-11-29T10:00", local=True) == "11-28 20:00"
    assert starts("2026-11-27T10:00", local=True) == "11-27 09:00", "in some zones it was already"


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 2**31 - 1), min_size=1, max_size=30, unique=True),
    st.floats(0, 168),
    st.integers(0, 2**64 - 1),
    st.sampled_from(ZONES),
)
def test_the_spread_is_her_own_and_within_its_hours(
    people: list[int], hours: float, salt: int, zone: str
) -> None:
    who, start = np.array(people, np.uint32), clock.to_ms(NOW)
    words = Words(np.zeros(len(people), np.int32), (zone,))
    at = "2026-11-28T10:00"
    whole = schedule.due(at, who, words, start, hours, salt)
    alone = [
        int(schedule.due(at, who[i : i + 1], words.take(np.array([0])), start, hours, salt)[0])
        for i in range(len(people))
    ]
    assert whole.tolist() == alone, "how the batch is cut changes nothing"
    first = clock.to_ms(datetime(2026, 11, 28, 10, tzinfo=ZoneInfo(zone)))
    length = round(timedelta(hours=hours).total_seconds() * 1000)
    assert all(first <= one <= first + length for one in alone)


def test_a_spread_is_even_and_another_salt_draws_anew() -> None:
    people = np.arange(1, 40_001, dtype=np.uint32)
    found = schedule.due("now", people, None, 0, 4, _SALT)
    counts, _ = np.histogram(found, 16, (0, 4 * schedule.HOUR_MS))
    assert counts.min() > 2_300 and counts.max() < 2_700
    other = schedule.due("now", people, None, 0, 4, _SALT ^ 1 << 40)
    assert abs(np.corrcoef(found, other)[0, 1]) < 0.02
