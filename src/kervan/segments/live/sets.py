"""Who is in which segment, in memory: a row of bits for each person, and when it may change."""

import numpy as np
import numpy.typing as npt

from kervan.segments.columns import NEVER, Bools, Int64, Uint32

Bits = npt.NDArray[np.uint8]
_FIRST_PEOPLE = 1024


class Sets:
    """Bit n of a person's row (the lowest of a byte first) is the segment with the number n.

    People and segments are dense numbers: a million people in 200 segments are 33 MB.
    """

    def __init__(self) -> None:
        self._bits: Bits = np.zeros((_FIRST_PEOPLE, 1), np.uint8)
        self._flip: Int64 = np.full(_FIRST_PEOPLE, NEVER, np.int64)

    @property
    def width_bytes(self) -> int:
        """How many bytes a row has."""
        return int(self._bits.shape[1])

    def make_room(self, person: int, segment: int) -> None:
        """Have rows up to `person` and bits up to `segment`."""
        people, width = self._bits.shape
        more_people = max(people, 2 * people if person >= people else 0, person + 1)
        more_width = max(width, segment // 8 + 1)
        if (more_people, more_width) == (people, width):
            return
        bits = np.zeros((more_people, more_width), np.uint8)
        bits[:people, :width] = self._bits
        flip = np.full(more_people, NEVER, np.int64)
        flip[:people] = self._flip
        self._bits, self._flip = bits, flip

    def rows(self, people: Uint32) -> Bits:
        """A copy of these people's rows."""
        return self._bits[people]

    def flips(self, people: Uint32) -> Int64:
        """When each of these may change by time alone."""
        return self._flip[people]

    def put(self, people: Uint32, rows: Bits, flip_at_ms: Int64) -> None:
        """Write whole rows."""
        self._bits[people] = rows
        self._flip[people] = flip_at_ms

    def due(self, at_ms: int, limit: int) -> Uint32:
        """Who may change by time alone up to `at_ms`, at most `limit` of them, the earliest first.

        One look at an array: half a millisecond for a million people.
        """
        found = np.flatnonzero(self._flip <= at_ms)
        if len(found) > limit:
            found = found[np.argpartition(self._flip[found], limit)[:limit]]
        return found.astype(np.uint32)

    def inside(self, segment: int) -> Bools:
        """Who is in a segment: one entry per person number."""
        if segment // 8 >= self.width_bytes:
            return np.zeros(len(self._bits), np.bool_)
        return (self._bits[:, segment // 8] >> (segment % 8) & 1).astype(np.bool_)

    def members(self, segment: int) -> Uint32:
        """The members of a segment, by number."""
        return np.flatnonzero(self.inside(segment)).astype(np.uint32)


def bit(rows: Bits, segment: int) -> Bools:
    """Who of these rows is in a segment."""
    return (rows[:, segment // 8] >> (segment % 8) & 1).astype(np.bool_)


def set_bit(rows: Bits, segment: int, inside: Bools) -> None:
    """Put these rows into a segment, or take them out."""
    mask = np.uint8(1 << segment % 8)
    column = rows[:, segment // 8]
    rows[:, segment // 8] = np.where(inside, column | mask, column & ~mask)
