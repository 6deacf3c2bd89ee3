"""Caps and gaps: who may still get a message, as a pure function over columns, in order of time.

Each row is judged with what the person had before (`Past`) and with the rows before it that were
let go: so a batch gives what its rows would have given one by one, however it is cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from kervan.delivery.policy.definition import Cap, Gap, Rule
from kervan.delivery.policy.where import Instants, Places, instant, local
from kervan.segments.zones import DAY_MS, CalendarUnit, unit_start

Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int32]
Counts = npt.NDArray[np.int64]
Limit = Cap | Gap
HOUR_MS = 3_600_000
LENGTH_MS = {"hour": HOUR_MS, "day": DAY_MS, "week": 7 * DAY_MS, "month": 30 * DAY_MS}
LONGEST_MS = 32 * DAY_MS
"""No window begins longer ago: a calendar month, and a clock that was set back."""
_NAMES: dict[str, CalendarUnit] = {"day": "day", "week": "week", "month": "month"}
_KEY_BITS = 43
"""Milliseconds until the year 2248 in a key of person and instant."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What a rule may ask of messages: each column holds codes into the texts beside it."""

    channel: Codes
    topic: Codes
    brand: Codes
    channels: tuple[str, ...]
    topics: tuple[str, ...]
    brands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """What people had, or are getting at this moment; `person` are codes as the rows have them."""

    person: Codes
    at_ms: Instants
    marks: Marked


@dataclass(frozen=True, slots=True)
class Asking:
    """Messages at the gate. `asks` is false for those refused already, `takes` for those that
    would not go anyway: they are told, and leave the place to others."""

    person: Codes
    at_ms: Instants
    priority: npt.NDArray[np.int16]
    places: Places
    marks: Marked
    asks: Flags
    takes: Flags


@dataclass(frozen=True, slots=True)
class Paced:
    """Row by row the limit that refuses (-1: none) and when it would be free.

    `used[row, limit]` is how many a limit had counted before the row, -1 where it is not about it.
    """

    limit: Codes
    free_ms: Instants
    used: Codes


@dataclass(slots=True)
class _Count:
    """One limit: the rows and past messages it is about, and what it has counted so far."""

    most: int
    scope: Flags
    spares: Flags
    past: Instants  # keys, sorted
    begin: Instants  # where each row's window begins, in `past`
    before: Counts  # how many past ones lie in it
    first: Instants  # the first of a person's rows (in order) that lies in a row's window
    over_ms: Instants  # when the window of a row is another one: what is counted leaves at ...
    length_ms: int  # ... its own time and this (0: calendar)
    passed: Counts  # of a person's rows up to here, how many were let go
    went: Instants  # their times, in order, from the person's first row on


def scope(rule: Rule, marks: Marked) -> Flags:
    """Which messages a rule is about."""
    found = np.ones(len(marks.channel), np.bool_)
    for wanted, codes, words in (
        (rule.channels, marks.channel, marks.channels),
        (rule.topics, marks.topic, marks.topics),
        (rule.brands, marks.brand, marks.brands),
    ):
        if wanted:
            found &= np.array([*(one in wanted for one in words), False])[
                codes
            ]  # -1 is none of them
    return found


def judge(asking: Asking, past: Past, limits: Sequence[Limit]) -> Paced:
    """Let go, in order of time, then of priority, then as they stand, as many as the limits allow.

    Of several limits that refuse a row the first counts, and it is free when all of them are.
    """
    count = len(asking.person)
    used = np.full((count, len(limits)), -1, np.int32)
    paced = Paced(np.full(count, -1, np.int32), asking.at_ms.copy(), used)
    rows = np.flatnonzero(asking.asks)
    if not limits or not len(rows):
        return paced
    order = rows[np.lexsort((-asking.priority[rows], asking.at_ms[rows], asking.person[rows]))]
    person = asking.person[order].astype(np.int64)
    starts = np.flatnonzero(np.append(True, person[1:] != person[:-1]))
    head = np.repeat(starts, np.diff(np.append(starts, len(order))))
    counts = [_count(one, asking, order, head, past) for one in limits]
    rank = np.arange(len(order)) - head
    turns = np.argsort(rank, kind="stable")
    for turn in np.split(turns, np.flatnonzero(np.diff(rank[turns])) + 1):
        _decide(turn, order, head, asking, counts, paced)
    return paced


def _decide(
    turn: Instants, order: Instants, head: Instants, asking: Asking,
    counts: list[_Count], paced: Paced,
) -> None:  # fmt: skip
    """Judge one row of each person: `turn` are places in `order`."""
    rows, begun = order[turn], head[turn]
    at = asking.at_ms[rows]
    refused = np.zeros(len(turn), np.bool_)
    for place, one in enumerate(counts):
        last = np.where(turn > begun, one.passed[turn - 1], 0)
        early = np.where(one.first[turn] > begun, one.passed[one.first[turn] - 1], 0)
        used: Counts = one.before[turn] + last - early
        paced.used[rows, place] = np.where(one.scope[turn], used, -1)
        full = (used >= one.most) & one.scope[turn] & ~one.spares[turn]
        if full.any():
            new = full & ~refused
            paced.limit[rows[new]] = place
            free = _free(one, turn[full], begun[full], used[full], early[full], at[full])
            paced.free_ms[rows[full]] = np.maximum(paced.free_ms[rows[full]], free)
            refused |= full
        one.passed[turn] = last
    goes = turn[~refused & asking.takes[rows]]
    for one in counts:
        mine = goes[one.scope[goes]]
        one.went[head[mine] + one.passed[mine]] = asking.at_ms[order[mine]]
        one.passed[mine] += 1


def _free(
    one: _Count, turn: Instants, begun: Instants, used: Counts, early: Counts, at: Instants
) -> Instants:
    """When a full limit has room again: with the next unit, or when enough have left the window."""
    if one.most == 0:
        return np.full(len(turn), np.iinfo(np.int64).max)
    if not one.length_ms:
        return one.over_ms[turn]
    leaves = used - one.most  # so many must leave beside the oldest
    inside = leaves < one.before[turn]
    times = np.empty(len(turn), np.int64)
    times[inside] = one.past[(one.begin[turn] + leaves)[inside]] & ((1 << _KEY_BITS) - 1)
    late = ~inside
    times[late] = one.went[(begun + early + leaves - one.before[turn])[late]]
    return np.maximum(times + one.length_ms, at)


def _count(
    limit: Limit, asking: Asking, order: Instants, head: Instants, past: Past
) -> _Count:  # fmt: skip
    at, places = asking.at_ms[order], asking.places.take(order)
    length = 0
    if isinstance(limit, Gap):
        most, length = 1, limit.minutes * 60_000
    else:
        most = limit.most
        if limit.window == "rolling":
            length = LENGTH_MS[limit.per]
    if length:
        start, over = at - length + 1, at
    else:
        assert isinstance(limit, Cap)
        start, over = _unit(at, places, limit.per)
    mine = np.flatnonzero(scope(limit, past.marks))
    keys = np.sort(_key(past.person[mine], past.at_ms[mine]))
    own = asking.person[order]
    begin = np.searchsorted(keys, _key(own, start))
    end = np.searchsorted(keys, _key(own + 1, np.zeros(len(own), np.int64)))
    first = np.searchsorted(_key(own, at), _key(own, start))
    spared = limit.passes_from_priority
    marks = asking.marks
    kept = Marked(
        marks.channel[order], marks.topic[order], marks.brand[order],
        marks.channels, marks.topics, marks.brands,
    )  # fmt: skip
    priority = asking.priority[order]
    return _Count(
        most, scope(limit, kept),
        np.zeros(len(own), np.bool_) if spared is None else priority >= spared,
        keys, begin, end - begin, np.maximum(first, head), over, length,
        np.zeros(len(own), np.int64), np.zeros(len(own) + 1, np.int64),
    )  # fmt: skip


def _key(person: npt.NDArray[np.int32], at_ms: Instants) -> Instants:
    return (person.astype(np.int64) << _KEY_BITS) + np.maximum(at_ms, 0)


def _unit(at: Instants, places: Places, per: str) -> tuple[Instants, Instants]:
    """When the calendar unit of each row began and the next one begins, where she is.

    Of a person who may be in several zones the longest that may be.
    """
    start, over = at.copy(), at.copy()
    for code, zones in enumerate(places.sets):
        rows = np.flatnonzero(places.codes == code)
        if len(rows):
            both = [_unit_in(zone, at[rows], per) for zone in zones]
            start[rows] = np.min([one[0] for one in both], axis=0)
            over[rows] = np.max([one[1] for one in both], axis=0)
    return start, over


def _unit_in(zone: str, at: Instants, per: str) -> tuple[Instants, Instants]:
    here = local(zone, at)
    if per == "hour":
        begin = here // HOUR_MS * HOUR_MS
        return instant(zone, begin), instant(zone, begin + HOUR_MS)
    unit = _NAMES[per]
    return instant(zone, unit_start(here, unit)), instant(zone, unit_start(here, unit, 1))


@lru_cache(maxsize=64)
def counted(limits: tuple[Limit, ...]) -> int:
    """How far back, in milliseconds, the limits look."""
    spans = [
        one.minutes * 60_000 if isinstance(one, Gap)
        else LENGTH_MS[one.per] if one.window == "rolling"
        else {**LENGTH_MS, "month": 31 * DAY_MS}[one.per] + DAY_MS
        for one in limits
    ]  # fmt: skip
    return max(spans, default=0)
