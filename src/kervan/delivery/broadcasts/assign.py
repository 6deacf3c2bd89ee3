"""Who of a broadcast tries which variant, and who is held out: by a hash, so always the same."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kervan.delivery.broadcasts.definition import Broadcast
from kervan.delivery.broadcasts.schedule import Halves, hashed
from kervan.kernel import ids
from kervan.segments.columns import Bools, Uint32

Arms = npt.NDArray[np.int16]
REST = -1
"""The arm of those who wait for the winner."""
_WHOLE = 1 << 32


def salt(broadcast: int, purpose: bytes) -> int:
    """64 bits of a broadcast and of what is drawn: no two draws know of each other."""
    return int.from_bytes(ids.hash16(b"broadcast", b"%d" % broadcast, purpose)[:8], "big")


def arms(people: Uint32, number: int, broadcast: Broadcast) -> Arms:
    """The place of each one's variant, REST for those who do not try."""
    test = broadcast.test
    if test is None:
        return np.zeros(len(people), np.int16)
    tries = _below(hashed(people, salt(number, b"test")), test.share_percent)
    return np.where(tries, split(people, number, weights(broadcast)), REST).astype(np.int16)


def weights(broadcast: Broadcast) -> list[int]:
    """The weights of the variants, in order."""
    return [one.weight for one in broadcast.variants]


def split(people: Uint32, number: int, by: Sequence[int]) -> Arms:
    """A variant for each by the weights."""
    edges = np.cumsum(np.array(by, np.uint64))
    drawn = (hashed(people, salt(number, b"arm")) >> np.uint64(32)) * edges[-1] >> np.uint64(32)
    found: Arms = np.searchsorted(edges, drawn, side="right").astype(np.int16)
    return found


def held_out(people: Uint32, number: int, percent: float) -> Bools:
    """Who gets nothing, so that those who get something have somebody to be compared with."""
    return _below(hashed(people, salt(number, b"hold_out")), percent)


def _below(bits: Halves, percent: float) -> Bools:
    found: Bools = (bits >> np.uint64(32)) < np.uint64(round(_WHOLE * percent / 100))
    return found
