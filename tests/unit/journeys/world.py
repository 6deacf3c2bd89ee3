"""A journey world in memory for tests: time is a number, nothing is stored but columns."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec
import numpy as np

from kervan.journeys import parse
from kervan.journeys.columns import (
    REASONS,
    REFUSALS,
    REFUSED_INSIDE,
    Book,
    Decisions,
    Runs,
    Signals,
    Version,
    join,
    no_runs,
)
from kervan.journeys.core import decide
from kervan.journeys.seats import Seats
from kervan.journeys.steps.step import Bools, Facts, Int64, NoFacts

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
Happening = tuple[int, int, str, dict[str, Any]]
"""(time in ms, person, event name, properties)"""


parsed = cache(parse.parse)


def book(*texts: str) -> Book:
    """Each text as the live version of its own journey, numbered from 1."""
    versions = {
        i: Version(i, i, 1, parsed(text), templates={"mail": 7}) for i, text in enumerate(texts, 1)
    }
    return Book(versions, {i: i for i in versions})


def signals(happenings: Iterable[Happening]) -> Signals:
    """Events as the engine gets them; their id follows from what they are."""
    rows = list(happenings)
    return Signals(
        np.array([row[1] for row in rows], np.int64),
        np.array([row[0] for row in rows], np.int64),
        [row[2] for row in rows],
        [
            row[2].encode()[:5].ljust(5) + row[1].to_bytes(3, "big") + row[0].to_bytes(8, "big")
            for row in rows
        ],
        [msgspec.json.encode(row[3]) for row in rows],
    )


class Odd(NoFacts):
    """Whoever has an odd number meets every rule, in every other hour."""

    def meets(self, rule: str, person: Int64, at_ms: Int64) -> Bools:
        """By number and hour alone."""
        met: Bools = (person + at_ms // HOUR) % 2 == 1
        return met


@dataclass
class World:
    """Keeps the runs between turns, as the database does, and writes down what was decided."""

    book: Book
    facts: Facts = field(default_factory=NoFacts)
    taken: dict[int, dict[int, int]] = field(default_factory=dict)
    """How many entered a limited journey, by journey and window."""
    runs: Runs = field(default_factory=no_runs)
    story: list[tuple[Any, ...]] = field(default_factory=list)

    def turn(self, happenings: Iterable[Happening], horizon_ms: int) -> Decisions:
        """One turn of work with these events, and time up to `horizon_ms`."""
        given = signals(happenings)
        decisions = decide(self.book, self.runs, given, horizon_ms, self.facts, self._seats())
        for journey, windows in decisions.seats.items():
            mine = self.taken.setdefault(journey, {})
            for window, count in windows.items():
                mine[window] = mine.get(window, 0) + count
        self.runs = decisions.runs
        new = self.runs.run == 0
        first = 1 + int(self.runs.run.max(initial=0))
        self.runs.run[new] = np.arange(first, first + int(new.sum()))
        self._write_down(decisions, given)
        return decisions

    def _seats(self) -> dict[int, Seats]:
        seats = {}
        for journey, live in self.book.live.items():
            limit = self.book.versions[live].definition.header.limit
            if limit is not None:
                taken = self.taken.get(journey, {})
                total = None if limit.total is None else limit.total - sum(taken.values())
                seats[journey] = Seats(total, limit.count, int(limit.within or 1), dict(taken))
        return seats

    def _write_down(self, decisions: Decisions, given: Signals) -> None:
        runs = decisions.runs
        for word, log in (
            ("entered", decisions.entered),
            ("left", decisions.left),
            ("goal", decisions.goals),
            ("message", decisions.intents),
        ):
            for i, row in enumerate(log.row):
                more = REASONS[int(runs.state[row])] if word == "left" else int(log.visit[i])
                more = f"{more}, ghost" if runs.ghost[row] and word == "message" else more
                key = self._journey(int(runs.version[row]))
                self.story.append(
                    (int(runs.person[row]), key, int(log.at_ms[i]), word, int(log.step[i]), more)
                )
        refused = decisions.refused
        for i in np.flatnonzero(refused.reason != REFUSED_INSIDE).tolist():
            key = self._journey(int(refused.version[i]))
            word = REFUSALS[int(refused.reason[i])]
            at_ms = int(refused.at_ms[i])
            self.story.append((int(refused.person[i]), key, at_ms, "refused", 0, word))
        touches = decisions.touches
        for i, row in enumerate(touches.row):
            name = given.name[int(touches.signal[i])]
            self.story.append(
                (
                    int(runs.person[row]),
                    self._journey(int(runs.version[row])),
                    int(touches.at_ms[i]),
                    "basket",
                    0,
                    name,
                )
            )

    def _journey(self, version: int) -> str:
        return self.book.versions[version].definition.header.key

    def told(self) -> list[tuple[Any, ...]]:
        """All that was decided, whatever the order it was decided in."""
        return sorted(self.story, key=repr)

    def of(self, person: int, *, refused: bool = False) -> list[tuple[int, str]]:
        """One person's story as (time, word), with the reason for leaving, or for refusing her."""
        unheard = ("basket",) if refused else ("basket", "refused")
        lines = [one for one in self.story if one[0] == person]
        lines.sort(key=lambda one: one[2])
        return [
            (one[2], f"{one[3]}: {one[5]}" if one[3] in ("left", "refused") else one[3])
            for one in lines
            if one[3] not in unheard
        ]


def split(runs: Runs, people: set[int]) -> Runs:
    """The runs of some people, as another worker would hold them."""
    return runs.take(np.isin(runs.person, list(people)))


__all__ = ["DAY", "HOUR", "MINUTE", "SECOND", "World", "book", "join", "signals", "split"]
