"""Says which signals of a batch meet a journey's conditions, each question asked once."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from kervan.journeys import match
from kervan.journeys.columns import Bools, Int64, Signals
from kervan.journeys.match import Filter
from kervan.journeys.steps.step import EventMatch


class Matching:
    """Answers over one batch of signals: masks and positions, one entry per signal."""

    def __init__(self, signals: Signals) -> None:
        self._signals = signals
        numbers: dict[str, int] = {}
        self._code: Int64 = np.fromiter(
            (numbers.setdefault(name, len(numbers)) for name in signals.name),
            np.int64,
            len(signals),
        )
        self._numbers = numbers
        self._names: dict[Any, Bools] = {}
        self._matches: dict[tuple[int, ...], tuple[Sequence[EventMatch], Bools]] = {}
        self.rank: Int64 = np.empty(len(signals), np.int64)
        """The place of each signal by (time, event id)."""
        ids = np.array(signals.event_id, "S16") if len(signals) else np.zeros(0, "S16")
        self.rank[np.lexsort((ids, signals.at_ms))] = np.arange(len(signals))

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
        rows = [self._signals.properties(int(i)) for i in positions]
        met[positions] = match.evaluate(where, rows)
        return met
