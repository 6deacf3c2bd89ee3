"""Seats go to the first in time: in all, and in each window."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kervan.journeys.columns import REFUSED_FULL, REFUSED_RATE
from kervan.journeys.seats import Seats, close, closed, count

TIMES = st.lists(st.integers(0, 50), max_size=20)


def admitted(seats: Seats, at_ms: list[int]) -> list[int]:
    """The times of those who get a seat when each comes once, in order."""
    when = np.sort(np.array(at_ms, np.int64))
    rank = np.arange(len(when))
    known = closed(seats)
    while True:
        reasons = known.reasons(seats, rank, when)
        inside = reasons == 0
        if not close(seats, known, rank[inside], when[inside]):
            return [int(one) for one in when[inside]]


def one_by_one(seats: Seats, at_ms: list[int]) -> list[int]:
    """The same, as plainly as can be."""
    taken, found = dict(seats.taken), []
    for at in sorted(at_ms):
        window = at // seats.within_ms
        if seats.total is not None and len(found) >= seats.total:
            continue
        if seats.count is not None and taken.get(window, 0) >= seats.count:
            continue
        taken[window] = taken.get(window, 0) + 1
        found.append(at)
    return found


@settings(max_examples=150, deadline=None)
@given(TIMES, st.none() | st.integers(-1, 8), st.none() | st.integers(1, 4), st.integers(0, 3))
def test_seats_go_as_if_each_came_alone(
    at_ms: list[int], total: int | None, rate: int | None, before: int
) -> None:
    seats = Seats(total, rate, 10, {2: before})
    assert admitted(seats, at_ms) == one_by_one(seats, at_ms)


def test_all_full_windows_are_closed_at_once_where_there_are_too_many() -> None:
    seats, when = Seats(None, 2, 10), np.repeat(np.arange(1_000) * 10, 3)
    known, rank = closed(seats), np.arange(len(when))
    assert close(seats, known, rank, when, every=True)
    assert known.windows == {one: 3 * one + 2 for one in range(1_000)}
    inside = known.reasons(seats, rank, when) == 0
    assert not close(seats, known, rank[inside], when[inside], every=True)
    assert inside.sum() == 2_000


def test_each_reason_is_told() -> None:
    seats = Seats(5, 2, 10, {0: 2})
    when = np.array([1, 11, 12, 13, 21])
    known = closed(seats)
    assert known.reasons(seats, np.arange(5), when).tolist() == [REFUSED_RATE, 0, 0, 0, 0]
    assert close(seats, known, np.arange(1, 5), when[1:])
    assert known.reasons(seats, np.arange(5), when).tolist() == [
        REFUSED_RATE, 0, 0, REFUSED_RATE, 0,
    ]  # fmt: skip
    full = closed(Seats(0))
    assert full.reasons(Seats(0), np.arange(2), when[:2]).tolist() == [REFUSED_FULL] * 2


def test_taken_seats_are_counted_by_window() -> None:
    assert count(Seats(None, 3, 10), np.array([1, 9, 10, 35])) == {0: 2, 1: 1, 3: 1}
    assert count(Seats(7), np.array([1, 9, 10, 35])) == {0: 4}
