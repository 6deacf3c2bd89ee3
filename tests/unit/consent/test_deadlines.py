"""Business days by the calendar of the place: feasts that move, half days, weekends."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.consent.deadlines import (
    Calendar,
    add_business_days,
    calendar_in,
    calendar_of,
    due,
    in_turkey,
)

_ISTANBUL = "Europe/Istanbul"
_TR = calendar_of("TR", date(2026, 6, 1))


def test_the_afternoon_before_republic_day_is_half_a_day() -> None:
    assert date(2026, 10, 28) in _TR.half_days
    assert date(2026, 10, 29) in _TR.holidays
    assert _TR.is_business_day(date(2026, 10, 28))
    assert not _TR.is_business_day(date(2026, 10, 29))
    without = calendar_in("TR", 2026, half_day_counts=False)
    assert not without.is_business_day(date(2026, 10, 28))


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # Friday, over a weekend
        (date(2026, 11, 21), 0, date(2026, 11, 23)),  # a Saturday is none itself
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 10, 27), 1, date(2026, 10, 28)),  # the half day counts
        (date(2026, 10, 27), 2, date(2026, 10, 30)),  # Republic Day does not
        (date(2026, 3, 18), 2, date(2026, 3, 23)),  # Ramazan: 20 to 22 March, eve at half day
        (date(2026, 5, 25), 3, date(2026, 6, 2)),  # Kurban: 27 to 30 May, then a weekend
        (date(2025, 12, 31), 1, date(2026, 1, 2)),
    ],
)
def test_business_days_in_tuerkiye(start: date, count: int, end: date) -> None:
    assert add_business_days(start, count, _TR) == end


def test_a_deadline_ends_with_its_last_day_or_at_noon_of_a_half_one() -> None:
    at = datetime(2026, 10, 26, 20, 59, tzinfo=UTC)  # 23:59 in Istanbul
    assert due(at, 1, _TR, _ISTANBUL) == datetime(2026, 10, 27, 21, tzinfo=UTC)
    assert due(at, 2, _TR, _ISTANBUL) == datetime(2026, 10, 28, 10, tzinfo=UTC)
    later = datetime(2026, 10, 26, 21, 0, tzinfo=UTC)  # already the 27th there
    assert due(later, 1, _TR, _ISTANBUL) == datetime(2026, 10, 28, 10, tzinfo=UTC)


def test_azerbaijan_moves_holidays_off_the_weekend() -> None:
    calendar = calendar_of("AZ", date(2026, 6, 1))
    assert not calendar.is_business_day(date(2026, 5, 11)), "for Saturday 9 May"
    assert not calendar.is_business_day(date(2026, 1, 20))
    assert calendar.is_business_day(date(2026, 5, 12))
    assert calendar_of("AZ", date(2027, 3, 1)).estimated, "feasts nobody has announced yet"


def test_places_without_a_calendar_know_weekends() -> None:
    assert calendar_of("EU", date(2026, 6, 1)) == calendar_of("XX", date(2026, 1, 1)) == Calendar()


def test_a_weekend_day_may_be_worked_on() -> None:
    calendar = Calendar(working=frozenset({date(2026, 11, 21)}), half_day_from=time(12))
    assert add_business_days(date(2026, 11, 20), 1, calendar) == date(2026, 11, 21)


@given(st.dates(date(2025, 1, 1), date(2028, 6, 30)), st.integers(0, 40), st.booleans())
def test_counting_forth_and_back_agrees(start: date, count: int, halves: bool) -> None:
    calendar = calendar_in("TR", 2026, half_day_counts=halves)
    end = add_business_days(start, count, calendar)
    assert calendar.is_business_day(end)
    if count or not calendar.is_business_day(start):
        days = [start + timedelta(days=n + 1) for n in range((end - start).days)]
        assert sum(map(calendar.is_business_day, days)) == max(count, 1)


def test_turkish_holidays_and_half_days_are_no_days_to_lose() -> None:
    """27 October 2026 is a Tuesday; the 28th ends at noon, the 29th is the Republic's."""
    said = datetime(2026, 10, 27, 8, 0, tzinfo=UTC)
    ends = [in_turkey(said, days).astimezone(UTC).isoformat() for days in (1, 2, 3)]
    assert ends == [
        "2026-10-28T10:00:00+00:00",
        "2026-10-30T21:00:00+00:00",
        "2026-11-02T21:00:00+00:00",
    ]
