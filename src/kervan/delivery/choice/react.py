"""Says which messages somebody reacted to, and what that makes of her: pure, over columns.

A reaction is a click no machine made, a reply by the same channel, or an order; never an open. An
order or a reply within three days is owed to the last message before it, and to no other.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kervan.segments.columns import NO_TIME
from kervan.segments.rfm import stages

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
DAY_MS = 86_400_000
OWED_MS = 3 * DAY_MS
"""How long after a message an order or a reply is owed to it."""
PATIENCE_MS = DAY_MS
"""A younger message without a reaction says nothing yet."""
LEVELS = ("new", *stages.LEVELS)
"""How somebody takes our messages; a code is a place here."""
_TIME_BITS = 42  # milliseconds until the year 2109


@dataclass(frozen=True, slots=True)
class Sent:
    """Messages that went, a row each; `clicked_ms` is NO_TIME without a click.

    `person` and `channel` are codes from 0 on.
    """

    person: Int64
    channel: Int64
    at_ms: Int64
    clicked_ms: Int64


@dataclass(frozen=True, slots=True)
class Deeds:
    """Replies (`channel` is a code) and orders (`channel` is -1), a row each."""

    person: Int64
    channel: Int64
    at_ms: Int64


@dataclass(frozen=True, slots=True)
class Habits:
    """What the rows come to, of `people` persons and `channels` channels.

    `sent` and `reacted` are people x channels, `hours` (people x 24) counts reactions by the local
    hour, `level` is each person's place in LEVELS.
    """

    sent: Int64
    reacted: Int64
    hours: Int64
    level: Int64


def reactions(sent: Sent, deeds: Deeds) -> Int64:
    """For each message when it was first reacted to (ms), NO_TIME for never."""
    found = np.where(sent.clicked_ms != NO_TIME, sent.clicked_ms, np.iinfo(np.int64).max)
    is_order = deeds.channel < 0
    nobody = np.zeros(len(sent.at_ms), np.int64)
    none = np.zeros(int(is_order.sum()), np.int64)
    _owe(found, sent, nobody, deeds.person[is_order], none, deeds.at_ms[is_order])
    said = ~is_order
    _owe(found, sent, sent.channel, deeds.person[said], deeds.channel[said], deeds.at_ms[said])
    return np.where(found == np.iinfo(np.int64).max, NO_TIME, found)


def _owe(found: Int64, sent: Sent, by: Int64, person: Int64, channel: Int64, at_ms: Int64) -> None:
    """Owe each deed to the last message before it of the same person and `by`."""
    if not len(at_ms) or not len(sent.at_ms):
        return
    wide = int(max(by.max(), channel.max())) + 1
    mine, theirs = sent.person * wide + by, person * wide + channel
    pairs = np.unique(mine)
    place = np.searchsorted(pairs, mine)
    keys = place << _TIME_BITS | sent.at_ms
    order = np.argsort(keys, kind="stable")
    theirs_at = np.minimum(np.searchsorted(pairs, theirs), len(pairs) - 1)
    wanted = theirs_at << _TIME_BITS | at_ms
    last = np.searchsorted(keys[order], wanted, side="right") - 1
    row = order[np.maximum(last, 0)]
    owed = (last >= 0) & (mine[row] == theirs) & (at_ms - sent.at_ms[row] <= OWED_MS)
    np.minimum.at(found, row[owed], at_ms[owed])


def habits(
    sent: Sent, reacted_ms: Int64, local_ms: Int64, people: int, channels: int, at_ms: int
) -> Habits:
    """Count messages and reactions; `local_ms` are the reactions' own local times."""
    did: Bools = reacted_ms != NO_TIME
    counts = did | (sent.at_ms <= at_ms - PATIENCE_MS)
    cell = sent.person * channels + sent.channel
    shape = (people, channels)
    total = np.bincount(cell[counts], minlength=people * channels).reshape(shape)
    yes = np.bincount(cell[did], minlength=people * channels).reshape(shape)
    hour = (local_ms[did] % DAY_MS) // 3_600_000
    hours = np.bincount(sent.person[did] * 24 + hour, minlength=people * 24).reshape(people, 24)
    last = np.full(people, NO_TIME, np.int64)
    np.maximum.at(last, sent.person[did], reacted_ms[did])
    later = sent.at_ms > last[sent.person]
    since = np.bincount(sent.person[later & counts], minlength=people)
    level = stages.engagement(last, since).astype(np.int64) + 1
    return Habits(total, yes, hours, level)
