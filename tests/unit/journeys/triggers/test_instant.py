"""Dates and times as authors write them, and what is none."""

from datetime import UTC, datetime

import pytest

from kervan.journeys.triggers import instant


def _utc(at_ms: int | None) -> str:
    return (
        "" if at_ms is None else datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%m-%d %H:%M")
    )


@pytest.mark.parametrize(("text", "utc"), [
    ("2026-12-01 10:00", "12-01 07:00"),
    ("2026-12-01T10:00", "12-01 07:00"),
    ("2026-12-01", "11-30 21:00"),
    ("2026-12-01 10:00 Asia/Baku", "12-01 06:00"),
    ("2026-12-01 9:30+04:00", "12-01 05:30"),
    ("2026-12-01 10:00Z", "12-01 10:00"),
    # A clock put forward has no 02:30; one put back has it twice, and the first counts.
    ("2026-03-29 02:30 Europe/Berlin", "03-29 01:00"),
    ("2026-10-25 02:30 Europe/Berlin", "10-25 00:30"),
    ("2026-13-01", ""), ("tomorrow", ""), ("2026-12-01 25:00", ""), ("", ""),
    ("2026-12-01 10:00 Mars/Base", ""), ("2026-12-01 10:00 ../etc/passwd", ""),
])  # fmt: skip
def test_an_instant(text: str, utc: str) -> None:
    assert _utc(instant.parse(text, "Europe/Istanbul")) == utc


@pytest.mark.parametrize(("text", "minutes"), [
    ("10:00", 600), ("9:05", 545), ("00:00", 0), ("23:59", 1_439), ("24:00", None), ("10", None),
    ("10:60", None), ("", None),
])  # fmt: skip
def test_a_time_of_day(text: str, minutes: int | None) -> None:
    assert instant.clock_minutes(text) == minutes
