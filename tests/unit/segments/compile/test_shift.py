"""The pieces of a zone that a window has: from when on which shift."""

from datetime import UTC, datetime

from kervan.segments.compile.shift import pieces

HOUR_MS = 3_600_000


def _ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


def test_only_the_pieces_between() -> None:
    change = _ms("2026-03-29T01:00")
    before, after = change - HOUR_MS, change + HOUR_MS
    (first, winter), (begun, summer) = pieces("Europe/Berlin", (before, after))
    assert (winter, summer, begun) == (HOUR_MS, 2 * HOUR_MS, change)
    assert first < -(2**59)
    assert [by for _, by in pieces("Europe/Berlin", (change, after))] == [2 * HOUR_MS]
    assert [by for _, by in pieces("Europe/Berlin", (before, change - 1))] == [HOUR_MS]


def test_bounds_of_no_instant_have_one_piece_too() -> None:
    change = _ms("2011-12-30T10:00")  # a day of Samoa that never was
    assert [by for _, by in pieces("Pacific/Apia", (change, change - HOUR_MS))] == [14 * HOUR_MS]
