"""Picks the channel of each message: the one she reacts on most, or another one to learn by.

A pure function over columns. Chance is no part of it: which messages explore follows from their
keys, so a replay of the same facts picks the same.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kervan.delivery.choice.prior import Floats, Prior
from kervan.delivery.choice.react import Bools, Int64
from kervan.kernel import ids

NOT_OFFERED = np.iinfo(np.int8).max
Ranks = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Asked:
    """A row each message: its key, the counts of its person on each of the prior's channels, her
    level, the place of each channel in the author's order (NOT_OFFERED: in none), and the share
    of messages that explore."""

    keys: list[bytes]
    sent: Int64
    reacted: Int64
    level: Int64
    rank: Ranks
    explore: Floats


@dataclass(frozen=True, slots=True)
class Picked:
    """The channel of each message and the best one, and how likely she reacts on each (0: none).

    They differ where a message explores.
    """

    channel: Int64
    best: Int64
    expected: Floats

    @property
    def explores(self) -> Bools:
        """Which messages go by another channel than the best."""
        away: Bools = self.channel != self.best
        return away


def pick(asked: Asked, prior: Prior) -> Picked:
    """Pick for each row; of channels that are as good the first in the author's order is best."""
    share, weight = prior.share[asked.level], prior.weight[asked.level]
    expected = (asked.reacted + share * weight) / (asked.sent + weight)
    offered = asked.rank != NOT_OFFERED
    expected = np.where(offered, expected, 0.0)
    in_order = np.argsort(asked.rank, axis=1, kind="stable")
    scores = np.take_along_axis(np.where(offered, expected, -1.0), in_order, axis=1)
    place = np.argmax(scores, axis=1)
    rows = np.arange(len(asked.keys))
    count = offered.sum(axis=1)
    first, second = chances(b"explore", asked.keys)
    away = (first < asked.explore) & (count > 1)
    # One of the others: those behind the best move up by one.
    other = np.floor(second * np.maximum(count - 1, 1)).astype(np.int64)
    other += other >= place
    best = in_order[rows, place]
    channel = np.where(away, in_order[rows, np.minimum(other, count - 1)], best)
    return Picked(channel.astype(np.int64), best.astype(np.int64), expected)


def chances(purpose: bytes, keys: list[bytes]) -> tuple[Floats, Floats]:
    """Two numbers from 0 to below 1 for each key: always the same ones, and as if by chance."""
    of = ids.hasher16(b"choice", purpose)
    drawn = np.frombuffer(b"".join(map(of, keys)), ">u8").reshape(-1, 2)
    first, second = ((drawn >> np.uint64(11)).astype(np.float64) / 2.0**53).T
    return first, second
