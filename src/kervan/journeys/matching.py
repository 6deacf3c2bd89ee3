"""Says which signals of a batch meet a journey's conditions, each question asked once."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from kervan.journeys import match
from kervan.journeys.columns import Bools, Coded, Int64, Signals
from kervan.journeys.match import Filter
from kervan.journeys.steps.step import EventMatch
from kervan.kernel import ids

_MOST = 1 << 63


def key_of(value: Any) -> int:
    """A value of `per` as 64 bits, 0 for what is none: a list, a truth, nothing at all."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return 0
    text = str(value).strip()
    return _key(text.encode()) if text else 0


def _key(text: bytes) -> int:
    return int.from_bytes(ids.hash16(b"per", text)[:8], "big", signed=True) or 1


def _ordered(signals: Signals) -> Int64:
    """The places of signals by (time, event id): ids are looked at where times are equal only."""
    order = np.argsort(signals.at_ms, kind="stable")
    at_ms = signals.at_ms[order]
    equal = at_ms[1:] == at_ms[:-1]
    if not equal.any():
        return order
    tied = np.zeros(len(order), np.bool_)
    tied[1:] |= equal
    tied[:-1] |= equal
    some = order[tied]
    ids_ = np.array([signals.event_id[i] for i in some.tolist()], "S16")
    order[tied] = some[np.lexsort((ids_, at_ms[tied]))]
    return order


def _numbered(names: Sequence[str]) -> tuple[Int64, dict[str, int]]:
    """A number for each name, and for each row the number of its name."""
    if isinstance(names, Coded):
        return names.codes, {word: i for i, word in enumerate(names.words)}
    numbers: dict[str, int] = {}
    codes = (numbers.setdefault(name, len(numbers)) for name in names)
    return np.fromiter(codes, np.int64, len(names)), numbers


class Matching:
    """Answers over one batch of signals: masks and positions, one entry per signal."""

    def __init__(self, signals: Signals) -> None:
        self._signals = signals
        self._code, self._numbers = _numbered(signals.name)
        self._names: dict[Any, Bools] = {}
        self._matches: dict[tuple[int, ...], tuple[Sequence[EventMatch], Bools]] = {}
        self._keys: dict[str, tuple[Int64, Bools]] = {}
        self._runs: dict[tuple[int, str], tuple[EventMatch, Int64]] = {}
        self._own: Int64 | None = None
        self.rank: Int64 = np.empty(len(signals), np.int64)
        """The place of each signal by (time, event id)."""
        self.rank[_ordered(signals)] = np.arange(len(signals))

    def in_names(self, names: Iterable[str]) -> Bools:
        """Which signals have one of these names."""
        key = frozenset(names)
        found = self._names.get(key)
        if found is None:
            wanted = np.zeros(len(self._numbers) + 1, np.bool_)
            wanted[[self._numbers[one] for one in key if one in self._numbers]] = True
            found = self._names[key] = wanted[self._code]
        return found

    def named(self, names: Iterable[str]) -> Int64:
        """The positions of the signals with one of these names."""
        return np.flatnonzero(self.in_names(names))

    def of(self, events: Sequence[EventMatch]) -> Bools:
        """Which signals meet any of `events`."""
        key = tuple(id(one) for one in events)
        found = self._matches.get(key)
        if found is None:
            # The events are kept beside the answer, so that no other can take their ids.
            found = self._matches[key] = (events, self._any(events))
        return found[1]

    def runs(self, event: EventMatch, step: str) -> Int64:
        """For each signal that meets `event` at this step of a run the run's number, else -1."""
        known = self._runs.get((id(event), step))
        if known is not None:
            return known[1]
        numbers = np.full(len(self._signals), -1, np.int64)
        for i in np.flatnonzero(self.of([event])).tolist():
            said = self._signals.properties(i)
            run = said.get("run")
            if type(run) is int and 0 < run < _MOST and said.get("step") == step:
                numbers[i] = run
        self._runs[id(event), step] = event, numbers
        return numbers

    def keys(self, path: str, which: Int64) -> Int64:
        """The value of a property of each of these signals as a number; 0 without one.

        Numbers and texts that read the same are the same value, as tills and shops disagree.
        """
        if not path or not len(which):
            return np.zeros(len(which), np.int64)
        found, done = self._keys.setdefault(
            path, (np.zeros(len(self._signals), np.int64), np.zeros(len(self._signals), np.bool_))
        )
        parts = path.removeprefix("properties.").split(".")
        for i in which[~done[which]].tolist():
            found[i] = key_of(match.find(self._signals.properties(i), parts))
        done[which] = True
        return found[which]

    def own_keys(self) -> Int64:
        """A number for each signal that no other event has."""
        if self._own is None:
            ids_ = self._signals.event_id
            self._own = np.fromiter((_key(one) for one in ids_), np.int64, len(ids_))
        return self._own

    def _any(self, events: Sequence[EventMatch]) -> Bools:
        met = np.zeros(len(self._signals), np.bool_)
        for one in events:
            met |= self._meets(one.event, one.where)
        return met

    def _meets(self, name: str, where: Sequence[Filter]) -> Bools:
        named = self.in_names([name])
        if not where or not named.any():
            return named
        positions = np.flatnonzero(named)
        met = np.zeros(len(self._signals), np.bool_)
        rows = self._signals.decode(positions.tolist())
        met[positions] = match.evaluate(where, rows)
        return met
