"""Plays a window: the engine's own decisions over history in memory, people after people."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from kervan.journeys.columns import (
    EXITED,
    GOAL,
    INSIDE,
    REASONS,
    REFUSALS,
    STOPPED,
    Decisions,
    Int64,
    Log,
    Signals,
    no_runs,
)
from kervan.journeys.core import decide
from kervan.journeys.rehearse.cast import MINE, Cast
from kervan.journeys.rehearse.sends import Intents
from kervan.journeys.steps.exit import Exit
from kervan.journeys.steps.step import NEVER, Facts

HOUR_MS = 3_600_000
_EARLY = (EXITED, GOAL, STOPPED)


@dataclass(frozen=True, slots=True)
class Entries:
    """Who entered which version when."""

    person: Int64
    version: Int64
    at_ms: Int64


@dataclass(frozen=True, slots=True)
class Ends:
    """Who left the rehearsed journey, and why: `why` is a place in `Played.whys`."""

    person: Int64
    why: Int64


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing that happened to somebody: `what` is a word, `detail` a step, exit or reason."""

    at_ms: int
    version: int
    what: str
    step: str = ""
    detail: str = ""


@dataclass(slots=True)
class Played:
    """What a window did; people are counted, those of the sample are told whole."""

    events: int = 0
    entered: Entries = field(default_factory=lambda: _entries([]))
    intents: Intents = field(default_factory=lambda: _intents([]))
    ends: Ends = field(default_factory=lambda: _ends([]))
    whys: list[str] = field(default_factory=list)
    exits: Counter[tuple[int, str]] = field(default_factory=Counter)
    goals: Counter[int] = field(default_factory=Counter)
    refused: Counter[tuple[int, str]] = field(default_factory=Counter)
    inside: Counter[int] = field(default_factory=Counter)
    passed: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    """(version, step, exit number) -> passages."""
    load: Counter[int] = field(default_factory=Counter)
    """Hours since 1970 -> steps people were moved."""
    scenes: dict[int, list[Scene]] = field(default_factory=dict)

    def entered_of(self, version: int) -> Int64:
        """Who entered a version at all, rising, each once."""
        return np.unique(self.entered.person[self.entered.version == version])


@dataclass(frozen=True, slots=True)
class Stage:
    """How to play: until when (ms, left out), whose facts, how many people to tell of, the seed.

    `tell` names the people to tell of instead. `heard` is called with how many events were played;
    it raises when nobody waits for the answer any more.
    """

    to_ms: int
    facts: Facts
    sample: int
    seed: int
    tell: Int64 | None = None
    heard: Callable[[int], None] = lambda events: None


def play(cast: Cast, chunks: Iterable[Signals], stage: Stage) -> Played:
    """All that the journeys decide, from an empty house at the beginning of the window."""
    played = Played()
    entries: list[Entries] = []
    intents: list[Intents] = []
    ends: list[Ends] = []
    for signals in chunks:
        stage.heard(played.events)
        decisions = decide(cast.book, no_runs(), signals, stage.to_ms - 1, stage.facts, cast.seats)
        played.events += len(signals)
        _count(cast, decisions, played)
        entries.append(_entered(decisions))
        intents.append(_intended(cast, decisions))
        ends.append(_left(cast, decisions, played.whys))
        _choose(cast, decisions, signals, stage, played)
    played.entered, played.intents, played.ends = _entries(entries), _intents(intents), _ends(ends)
    return played


def draw(person: Int64, seed: int) -> Int64:
    """A number for each person as if by chance, always the same for one seed (splitmix64)."""
    mixed = (person.astype(np.uint64) + np.uint64(seed)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(1), np.int64)


def _count(cast: Cast, decisions: Decisions, played: Played) -> None:
    runs, left, moves = decisions.runs, decisions.left, decisions.moves
    # Who left is told by why; an exit step may give a reason of its own.
    version, state = runs.version[left.row], runs.state[left.row].astype(np.int64)
    for key, count in _tally(version << 32 | state << 16 | left.step):
        played.exits[key >> 32, _why(cast, key)] += count
    refused = decisions.refused
    for key, count in _tally(refused.version << 8 | refused.reason):
        played.refused[key >> 8, REFUSALS[key & 0xFF]] += count
    for number, count in _tally(runs.version[decisions.goals.row]):
        played.goals[number] += count
    for number, count in _tally(runs.version[runs.state == INSIDE]):
        played.inside[number] += count
    exit_ = np.where(moves.exit < 0, 0xFFFF, moves.exit)
    for key, count in _tally(runs.version[moves.row] << 32 | moves.step << 16 | exit_):
        if key & 0xFFFF != 0xFFFF:
            played.passed[key >> 32, key >> 16 & 0xFFFF, key & 0xFFFF] += count
    for hour, count in _tally(moves.at_ms // HOUR_MS):
        played.load[hour] += count


def _why(cast: Cast, key: int) -> str:
    """Why somebody left, by version, state and step in one number."""
    number, state = key >> 32, key >> 16 & 0xFFFF
    step = cast.book.versions[number].definition.nodes[key & 0xFFFF].step
    said = step.reason if isinstance(step, Exit) and state not in _EARLY else ""
    return said or REASONS[state]


def _left(cast: Cast, decisions: Decisions, whys: list[str]) -> Ends:
    runs, left = decisions.runs, decisions.left
    mine = np.flatnonzero(runs.version[left.row] == MINE)
    row = left.row[mine]
    keys = MINE << 32 | runs.state[row].astype(np.int64) << 16 | left.step[mine]
    found, place = np.unique(keys, return_inverse=True)
    code = np.zeros(len(found), np.int64)
    for i, key in enumerate(found.tolist()):
        why = _why(cast, key)
        if why not in whys:
            whys.append(why)
        code[i] = whys.index(why)
    return Ends(runs.person[row], code[place])


def _tally(keys: Int64) -> list[tuple[int, int]]:
    found, counts = np.unique(keys, return_counts=True)
    return list(zip(found.tolist(), counts.tolist(), strict=True))


def _entered(decisions: Decisions) -> Entries:
    log, runs = decisions.entered, decisions.runs
    return Entries(runs.person[log.row], runs.version[log.row], log.at_ms)


def _intended(cast: Cast, decisions: Decisions) -> Intents:
    """The messages among what steps intended: a step's other effects go through no gate."""
    log, runs = decisions.intents, decisions.runs
    known = np.array([version << 16 | step for version, step in sorted(cast.sends)], np.int64)
    some = np.flatnonzero(np.isin(runs.version[log.row] << 16 | log.step, known))
    row, step, visit, at_ms = log.row[some], log.step[some], log.visit[some], log.at_ms[some]
    over = np.full(len(runs), NEVER, np.int64)
    early = np.isin(runs.state[decisions.left.row], _EARLY)
    for rows, end_ms in (
        (decisions.left.row[early], decisions.left.at_ms[early]),
        (decisions.goals.row, decisions.goals.at_ms),
    ):
        np.minimum.at(over, rows, end_ms)
    ghost = runs.ghost[row].astype(np.int64)
    return Intents(
        runs.person[row], runs.version[row], step, visit, at_ms, over[row], ghost,
        runs.entered_ms[row],
    )  # fmt: skip


def _entries(parts: list[Entries]) -> Entries:
    columns = [_joined([getattr(one, name) for one in parts]) for name in Entries.__slots__]
    person, version, at_ms = columns
    order = np.lexsort((version, person, at_ms))
    return Entries(*(one[order] for one in columns))


def _intents(parts: list[Intents]) -> Intents:
    columns = [_joined([getattr(one, name) for one in parts]) for name in Intents.__slots__]
    person, version, step, visit, at_ms, *_ = columns
    order = np.lexsort((visit, step, version, person, at_ms))
    return Intents(*(one[order] for one in columns))


def _ends(parts: list[Ends]) -> Ends:
    return Ends(*(_joined([getattr(one, name) for one in parts]) for name in Ends.__slots__))


def _joined(parts: list[Int64]) -> Int64:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


# The sample ---------------------------------------------------------------------------------------


def _choose(
    cast: Cast, decisions: Decisions, signals: Signals, stage: Stage, played: Played
) -> None:
    """Keep the whole story of those who are named, or whose draw is among the smallest so far."""
    runs = decisions.runs
    if stage.tell is not None:
        chosen = stage.tell[np.isin(stage.tell, runs.person)]
        played.scenes.update(_stories(cast, decisions, signals, chosen))
        return
    new = np.unique(runs.person[runs.version == MINE])
    known: Int64 = np.array(list(played.scenes), np.int64)
    every = np.concatenate([known, new])
    best = every[np.argsort(draw(every, stage.seed), kind="stable")[: stage.sample]]
    chosen = new[np.isin(new, best)]
    told = _stories(cast, decisions, signals, chosen)
    kept = {**played.scenes, **told}
    played.scenes = {int(one): kept[int(one)] for one in best}


def _stories(
    cast: Cast, decisions: Decisions, signals: Signals, people: Int64
) -> dict[int, list[Scene]]:
    runs = decisions.runs
    theirs = np.isin(runs.person, people)
    found: dict[int, list[tuple[int, int, Scene]]] = {int(one): [] for one in people}

    def add(log: Log, what: str, said: Callable[[int], str | None]) -> None:
        for i in np.flatnonzero(theirs[log.row]).tolist():
            detail = said(i)
            if detail is not None:
                row, at_ms = int(log.row[i]), int(log.at_ms[i])
                version, step = int(runs.version[row]), int(log.step[i])
                key = cast.book.versions[version].definition.nodes[step].key
                mine = found[int(runs.person[row])]
                scene = Scene(at_ms, version, what, key, detail)
                mine.append((int(log.order[i]), len(mine), scene))

    def event(log: Log) -> Callable[[int], str]:
        return lambda i: signals.name[int(log.signal[i])] if log.signal[i] >= 0 else ""

    def way(i: int) -> str | None:
        number = int(decisions.moves.exit[i])
        version = cast.book.versions[int(runs.version[decisions.moves.row[i]])]
        exits = version.definition.nodes[int(decisions.moves.step[i])].step.exits()
        return exits[number] if number >= 0 else None

    add(decisions.entered, "entered", event(decisions.entered))
    add(decisions.moves, "passed", way)
    add(decisions.goals, "goal", event(decisions.goals))
    add(decisions.left, "left", lambda i: REASONS[int(runs.state[decisions.left.row[i]])])
    return {
        person: [one[2] for one in sorted(some, key=lambda one: (one[2].at_ms, *one[:2]))]
        for person, some in found.items()
    }
