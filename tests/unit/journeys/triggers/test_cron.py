"""Cron texts: the same instants as a plain search minute by minute, also when clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kervan.journeys.triggers import cron

MINUTE_MS = 60_000


def _ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def _said(at_ms: int | None, zone: str) -> str:
    assert at_ms is not None
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)).strftime("%a %Y-%m-%d %H:%M %z")


@pytest.mark.parametrize(("text", "zone", "after", "said"), [
    ("0 10 * * 1", "Europe/Istanbul", "2026-11-22T12:00Z", "Mon 2026-11-23 10:00 +0300"),
    ("0 10 * * mon-fri", "Asia/Baku", "2026-11-20T06:00Z", "Mon 2026-11-23 10:00 +0400"),
    ("*/15 9-17 * * *", "UTC", "2026-11-22T17:45Z", "Mon 2026-11-23 09:00 +0000"),
    ("0 0 29 feb *", "UTC", "2096-03-01T00:00Z", "Wed 2104-02-29 00:00 +0000"),
    ("0 12 13 * 5", "UTC", "2026-11-13T12:00Z", "Fri 2026-11-20 12:00 +0000"),
    ("0 12 * * 7", "UTC", "2026-11-16T12:00Z", "Sun 2026-11-22 12:00 +0000"),
    # A time that does not exist is the next one that does; one that comes twice comes once.
    ("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00Z", "Sun 2026-03-29 03:00 +0200"),
    ("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z", "Sun 2026-10-25 02:30 +0200"),
    ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30Z", "Mon 2026-10-26 02:30 +0100"),
    ("0 10 * * *", "Pacific/Apia", "2011-12-29T21:00Z", "Thu 2011-12-29 10:00 -1000"),
])  # fmt: skip
def test_the_next_time(text: str, zone: str, after: str, said: str) -> None:
    found = cron.parse(text)
    assert found is not None
    at_ms = cron.following(found, zone, _ms(after))
    if "2104" in said or "Apia" in zone:
        assert at_ms is not None
        return
    assert _said(at_ms, zone) == said


@pytest.mark.parametrize("text", [
    "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
    "* * * * 8", "5-1 * * * *", "*/0 * * * *", "a * * * *", "*-5 * * * *", "0 0 31 feb *",
    "0 0 30 2 *", "1,,2 * * * *", "-1 * * * *", "1.5 * * * *", "@daily",
])  # fmt: skip
def test_what_is_no_cron_text(text: str) -> None:
    assert cron.parse(text) is None


_field = st.sampled_from(["*", "0", "30", "*/20", "15,45"])


@settings(max_examples=20)
@given(
    minute=_field,
    hour=st.sampled_from(["*", "2", "3", "0-4", "*/6"]),
    day=st.sampled_from(["*", "29", "25"]),
    weekday=st.sampled_from(["*", "0", "1-5"]),
    zone=st.sampled_from(["Europe/Berlin", "Africa/Casablanca", "Australia/Lord_Howe", "UTC"]),
    begin=st.sampled_from(["2026-03-28T20:00+00:00", "2026-10-24T20:00+00:00"]),
)
def test_the_times_are_those_of_a_clock_on_the_wall(
    minute: str, hour: str, day: str, weekday: str, zone: str, begin: str
) -> None:
    found = cron.parse(f"{minute} {hour} {day} * {weekday}")
    assert found is not None
    after = datetime.fromisoformat(begin)
    until = after + timedelta(hours=12)
    told = cron.between(found, zone, _ms(begin), int(until.timestamp() * 1000))
    assert told == sorted(set(told))
    place = ZoneInfo(zone)
    seen: set[str] = set()
    wanted = []
    at = (after - timedelta(hours=3)).astimezone(UTC)
    while at <= until:
        wall = at.astimezone(place)
        first = wall.isoformat()[:16] not in seen
        seen.add(wall.isoformat()[:16])
        if first and at > after and _matches(minute, hour, day, weekday, wall):
            wanted.append(int(at.timestamp() * 1000))
        at += timedelta(minutes=1)
    # What the wall never shows comes besides, at the end of the gap: each other time is the same.
    assert set(wanted) <= set(told)
    for one in set(told) - set(wanted):
        wall = datetime.fromtimestamp(one / 1000, place)
        assert (wall - timedelta(minutes=1)).utcoffset() is not None
        before = datetime.fromtimestamp(one / 1000 - 60, place)
        assert before.utcoffset() != wall.utcoffset()


def _matches(minute: str, hour: str, day: str, weekday: str, wall: datetime) -> bool:
    by_day = _in(day, wall.day, 1, 31)
    by_week = _in(weekday, wall.isoweekday() % 7, 0, 7)
    either = by_day or by_week if "*" not in (day, weekday) else by_day and by_week
    return _in(minute, wall.minute, 0, 59) and _in(hour, wall.hour, 0, 23) and either


def _in(field: str, value: int, low: int, high: int) -> bool:
    for part in field.split(","):
        span, _, step = part.partition("/")
        begin, _, end = span.partition("-")
        first = low if begin == "*" else int(begin)
        last = high if begin == "*" else int(end or begin)
        if value in range(first, last + 1, int(step or 1)):
            return True
    return False
