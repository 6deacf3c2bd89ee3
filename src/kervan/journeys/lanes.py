"""Puts signals and runs side by side: a lane is one person in one journey, for one value of `per`.

What happens in one lane never touches another. A signal with the value of a lane goes there; one
without a value goes to all lanes its person has in the journey.
"""

from dataclasses import dataclass

import numpy as np

from kervan.journeys import basket
from kervan.journeys.columns import INSIDE, Book, Bools, Int64, Runs, Signals, distinct
from kervan.journeys.definition import ALWAYS, Definition
from kervan.journeys.matching import Matching
from kervan.journeys.steps.step import NEVER


@dataclass(slots=True)
class Lanes:
    """One row per lane, but for `events`.

    `row` is its latest run (-1 none), `journey` and `key` what it is about; its signals are
    `events[first:last]`, in their order.
    """

    row: Int64
    first: Int64
    last: Int64
    journey: Int64
    key: Int64
    events: Int64

    def __len__(self) -> int:
        return len(self.row)


@dataclass(slots=True)
class _Pairs:
    """Lanes that signals go to: where (journey's place and person in one number), key, signal."""

    place: Int64
    key: Int64
    signal: Int64


def of_time(runs: Runs) -> Lanes:
    """Without signals time alone moves runs, each by itself: no person has to be put together."""
    none = np.zeros(0, np.int64)
    zeros = np.zeros(len(runs), np.int64)
    return Lanes(np.arange(len(runs)), zeros, zeros, none, none, none)


def of(book: Book, runs: Runs, signals: Signals, matching: Matching) -> Lanes:
    """All lanes that have a run or get a signal that may begin one."""
    if not len(signals):
        return of_time(runs)
    used = {int(one) for one in distinct(runs.version)}
    by_version = {one: book.versions[one].journey for one in used}
    journeys = sorted(set(book.live) | set(by_version.values()))
    number = {journey: i for i, journey in enumerate(journeys)}
    place = np.zeros(len(runs), np.int64)
    for version, journey in by_version.items():
        place[runs.version == version] = number[journey] << 32
    place |= runs.person
    parts: list[_Pairs] = []
    for journey, i in number.items():
        versions = {one for one in used if by_version[one] == journey}
        if journey in book.live:
            versions.add(book.live[journey])
        for group in _alike(book, versions):
            mine = _open(book, group & used, runs, signals) if group & used else None
            parts.append(_pairs(book, group, i, (place, runs.key, mine), signals, matching))
    return _together(runs, place, parts, np.array(journeys, np.int64), matching)


def _alike(book: Book, versions: set[int]) -> list[set[int]]:
    """Versions of one journey by what their lanes are told apart by."""
    groups: dict[tuple[str, bool], set[int]] = {}
    for one in sorted(versions):
        definition = book.versions[one].definition
        groups.setdefault((definition.header.per, each(definition)), set()).add(one)
    return list(groups.values())


def each(definition: Definition) -> bool:
    """Whether every trigger begins a run of its own, whoever is inside already."""
    return definition.reentry_ms == ALWAYS and not definition.header.per


def _open(book: Book, versions: set[int], runs: Runs, signals: Signals) -> Bools:
    """Which runs of these versions a signal may still concern.

    Where every trigger begins a run of its own, a run that is over and can reach no goal any more
    is past: somebody may have thousands of them.
    """
    found: Bools = np.isin(runs.version, sorted(versions))
    if not each(book.versions[min(versions)].definition):
        return found
    ahead = runs.state == INSIDE
    for one in versions:
        goal = book.versions[one].definition.header.goal
        if goal is not None:
            in_time = runs.entered_ms + goal.within >= signals.at_ms.min()
            ahead |= (runs.version == one) & (runs.goal_ms == NEVER) & in_time
    found &= ahead
    return found


def _beyond_entry(book: Book, versions: set[int]) -> set[str]:
    """The names of what may concern a run that another event began."""
    found: set[str] = set()
    for one in versions:
        definition = book.versions[one].definition
        header = definition.header
        found |= {event.event for event in definition.exits}
        found |= {event.event for node in definition.nodes for event in node.step.listens()}
        found |= {header.goal.event} if header.goal is not None else set()
        found |= basket.NAMES if "basket" in header.keep else set()
    return found


def keys(definition: Definition, matching: Matching, which: Int64) -> Int64:
    """For each of these signals the key of the lane it would begin a run in."""
    if each(definition):
        return np.where(matching.of([definition.entry])[which], matching.own_keys()[which], 0)
    return matching.keys(definition.header.per, which)


def _pairs(
    book: Book,
    group: set[int],
    number: int,
    inside: tuple[Int64, Int64, Bools | None],
    signals: Signals,
    matching: Matching,
) -> _Pairs:
    """What signals go to which lanes of these versions of a journey."""
    live = next((one for one in book.live.values() if one in group), None)
    # Of versions whose triggers differ newcomers meet the live one's.
    definition = book.versions[min(group) if live is None else live].definition
    apart = each(definition)
    names: set[str] = set()
    for one in group:
        names |= book.versions[one].definition.names
    mine = matching.named(names)
    place = (number << 32) | signals.person[mine]
    own = keys(definition, matching, mine)
    place_of, key_of, some = inside
    known, known_key = (place_of[some], key_of[some]) if some is not None else (own[:0], own[:0])
    begun = _Pairs(own[:0], own[:0], own[:0])
    if live is not None:
        entry = matching.of([definition.entry])[mine]
        if apart:
            begun = _Pairs(place[entry], own[entry], mine[entry])
        known = np.concatenate([known, place[entry]])
        known_key = np.concatenate([known_key, own[entry]])
    if apart:
        # What only begins a run is nothing to those she has already: thousands by thousands.
        broad = matching.in_names(_beyond_entry(book, group))[mine]
        mine, place, own = mine[broad], place[broad], own[broad]
    found = _known(known, known_key, (place, own, mine), apart=apart)
    return _Pairs(
        np.concatenate([begun.place, found.place]),
        np.concatenate([begun.key, found.key]),
        np.concatenate([begun.signal, found.signal]),
    )


def _known(
    known: Int64, known_key: Int64, given: tuple[Int64, Int64, Int64], *, apart: bool
) -> _Pairs:
    """Signals (where, key, which) beside the lanes there are, of each person the one or all."""
    place, own, mine = given
    if not len(known):
        return _Pairs(known, known_key, known)
    if not known_key.any() and not own.any():
        goes = _among(place, np.sort(known))
        return _Pairs(place[goes], np.zeros(int(goes.sum()), np.int64), mine[goes])
    order = np.lexsort((known_key, known))
    known, known_key = known[order], known_key[order]
    first = np.ones(len(known), np.bool_)
    first[1:] = (known[1:] != known[:-1]) | (known_key[1:] != known_key[:-1])
    known, known_key = known[first], known_key[first]
    start = np.searchsorted(known, place)
    count = np.searchsorted(known, place, side="right") - start
    which = np.repeat(np.arange(len(place)), count)
    within = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    lane = start[which] + within
    # What begins one run may be an event like any other for those she has already.
    goes = (own[which] == 0) | (known_key[lane] == own[which]) | apart
    return _Pairs(known[lane[goes]], known_key[lane[goes]], mine[which[goes]])


def _among(values: Int64, ordered: Int64) -> Bools:
    at = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    found: Bools = ordered[at] == values
    return found


def _together(
    runs: Runs, place: Int64, parts: list[_Pairs], journeys: Int64, matching: Matching
) -> Lanes:
    chosen = np.concatenate([one.signal for one in parts])
    places = np.concatenate([place, *(one.place for one in parts)])
    key = np.concatenate([runs.key, *(one.key for one in parts)])
    lane, journey, lane_key = _numbered(places, key)
    of_run, of_signal = lane[: len(runs)], lane[len(runs) :]
    order = np.lexsort((matching.rank[chosen], of_signal))
    chosen, of_signal = chosen[order], of_signal[order]
    # Two versions that tell lanes apart differently may both send it to the same one.
    once = np.ones(len(chosen), np.bool_)
    once[1:] = (chosen[1:] != chosen[:-1]) | (of_signal[1:] != of_signal[:-1])
    chosen, of_signal = chosen[once], of_signal[once]
    count = np.bincount(of_signal, minlength=len(journey))
    last = np.cumsum(count)
    row = np.full(len(journey), -1, np.int64)
    # Who came from two people may have left a younger run: the one she is inside counts.
    oldest_first = np.lexsort((runs.run, runs.entered_ms, runs.state == INSIDE))
    row[of_run[oldest_first]] = oldest_first
    return Lanes(row, last - count, last, journeys[journey], lane_key, chosen)


def _numbered(place: Int64, key: Int64) -> tuple[Int64, Int64, Int64]:
    """The lane of each row, and for each lane the place of its journey and its key."""
    if not key.any():
        lanes = distinct(place)
        return np.searchsorted(lanes, place), lanes >> 32, np.zeros(len(lanes), np.int64)
    places, keys_ = distinct(place), distinct(key)
    code = np.searchsorted(places, place) << 32 | np.searchsorted(keys_, key)
    lanes = distinct(code)
    return np.searchsorted(lanes, code), places[lanes >> 32] >> 32, keys_[lanes & 0xFFFFFFFF]
