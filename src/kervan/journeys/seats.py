"""Who still finds a seat in a journey that lets in only so many: in all, and in each window.

Windows of the length `within_ms` follow each other from 1970 on, so that a count of each is all
there is to keep.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from kervan.journeys.columns import REFUSED_FULL, REFUSED_RATE, Int64

Int8s = np.ndarray[tuple[int], np.dtype[np.int8]]


@dataclass(frozen=True, slots=True)
class Seats:
    """How many may enter yet: `total` in all, `count` in each window; None where nothing limits.

    `taken` says of a window (its number since 1970) how many entered in it already.
    """

    total: int | None = None
    count: int | None = None
    within_ms: int = 1
    taken: Mapping[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Closed:
    """From which signal on, in their order, nobody finds a seat: in all, and by window."""

    total: int | None = None
    windows: dict[int, int] = field(default_factory=dict)

    def reasons(self, seats: Seats, rank: Int64, at_ms: Int64) -> Int8s:
        """Why each of these signals lets nobody in, 0 for those that still do."""
        found = np.zeros(len(rank), np.int8)
        if self.windows:
            numbers = np.fromiter(self.windows, np.int64, len(self.windows))
            first = np.fromiter(self.windows.values(), np.int64, len(self.windows))
            order = np.argsort(numbers)
            numbers, first = numbers[order], first[order]
            window = at_ms // seats.within_ms
            place = np.minimum(np.searchsorted(numbers, window), len(numbers) - 1)
            found[(numbers[place] == window) & (rank >= first[place])] = REFUSED_RATE
        if self.total is not None:
            found[rank >= self.total] = REFUSED_FULL
        return found


def closed(seats: Seats) -> Closed:
    """What is full before anybody comes."""
    windows = {
        one: 0
        for one, taken in seats.taken.items()
        if seats.count is not None and taken >= seats.count
    }
    return Closed(0 if seats.total is not None and seats.total <= 0 else None, windows)


def close(seats: Seats, known: Closed, rank: Int64, at_ms: Int64, *, every: bool = False) -> bool:
    """Given who entered (by the rank and time of their signals), close what went too far.

    Only the first place is closed: who is refused there may enter later and change the rest. With
    `every` all windows are that went too far: never too many enter, a few less may. Gives whether
    there was one.
    """
    order = np.argsort(rank)
    rank, at_ms = rank[order], at_ms[order]
    first = len(rank)
    over: Int64 = np.zeros(0, np.int64)
    window = at_ms // seats.within_ms
    if seats.count is not None:
        by_window = np.argsort(window, kind="stable")
        one = window[by_window]
        starts = np.searchsorted(one, one)
        place = np.empty(len(rank), np.int64)
        place[by_window] = np.arange(len(rank)) - starts
        windows, back = np.unique(window, return_inverse=True)
        taken = [seats.taken.get(int(one), 0) for one in windows]
        before = np.array(taken, np.int64)[back]
        over = np.flatnonzero(place + before >= seats.count)
        first = int(over[0]) if len(over) else first
    if seats.total is not None and max(seats.total, 0) < len(rank) and seats.total <= first:
        known.total = int(rank[max(seats.total, 0)])
        return True
    if first < len(rank):
        for row in reversed(over.tolist() if every else [first]):
            known.windows[int(window[row])] = int(rank[row])
        return True
    return False


def count(seats: Seats, at_ms: Int64) -> dict[int, int]:
    """How many of those who entered at these times took a seat in which window."""
    if seats.count is None:
        return {0: len(at_ms)}
    windows, counts = np.unique(at_ms // seats.within_ms, return_counts=True)
    return dict(zip(windows.tolist(), counts.tolist(), strict=True))
