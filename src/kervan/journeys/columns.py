"""The engine's columns: runs of people, the signals that reach them, and what was decided."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, overload

import msgspec
import numpy as np
import numpy.typing as npt

from kervan.journeys.definition import Definition
from kervan.journeys.steps.step import NEVER
from kervan.kernel import ids

Int16 = npt.NDArray[np.int16]
Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

INSIDE, FINISHED, EXITED, GOAL, STOPPED, TOO_LONG, MERGED = 1, 2, 3, 4, 5, 6, 7
"""Where a run stands: inside, or how it was left: by an exit step, by an event of `exit_on`, by
reaching the goal, because the journey was stopped, after too many steps, or because she was inside
already, as somebody she turned out to be."""
REASONS = {FINISHED: "finished", EXITED: "exit_event", GOAL: "goal", STOPPED: "stopped",
           TOO_LONG: "too_many_steps", MERGED: "merged"}  # fmt: skip


@dataclass(slots=True)
class Runs:
    """One row per run. `run` is 0 until it has a number; times are milliseconds UTC.

    `step_ms` is when the run came to its step (or left); `due_ms` when time alone moves it, NEVER
    when nothing waits; `goal_ms` when the goal was reached, NEVER before. `key` tells her runs of
    one journey apart (the value of `per`, 0 without one). A `ghost` is of the hold-out: she goes
    the same way and gets nothing.
    """

    run: Int64
    version: Int64
    person: Int64
    step: Int16
    visit: Int16
    state: Int16
    entered_ms: Int64
    step_ms: Int64
    due_ms: Int64
    goal_ms: Int64
    key: Int64
    ghost: Bools

    def __len__(self) -> int:
        return len(self.run)

    def take(self, rows: npt.NDArray[Any]) -> "Runs":
        """The rows at these positions, or where the mask is true."""
        return Runs(*(getattr(self, one.name)[rows] for one in fields(self)))

    def grow(self, count: int) -> None:
        """Append `count` rows: numbers 0, times NEVER."""
        for one in fields(self):
            old = getattr(self, one.name)
            fill = NEVER if one.name in ("due_ms", "goal_ms") else 0
            setattr(self, one.name, np.concatenate([old, np.full(count, fill, old.dtype)]))


def distinct(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The sorted different values; much quicker than by hashing when they are many or one."""
    if not len(values) or (values == values[0]).all():
        return values[:1]
    ordered: npt.NDArray[Any] = np.sort(values)
    first: Bools = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def no_runs() -> Runs:
    """No rows."""
    big, small = np.zeros(0, np.int64), np.zeros(0, np.int16)
    return Runs(big, big, big, small, small, small, big, big, big, big, big, np.zeros(0, np.bool_))


def join(parts: Sequence[Runs]) -> Runs:
    """The rows of all parts, one after the other."""
    names = [one.name for one in fields(Runs)]
    return Runs(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


class Coded(Sequence[str]):
    """Names of which few are different: `words[codes[i]]` is the name of row `i`."""

    def __init__(self, codes: Int64, words: Sequence[str]) -> None:
        self.codes = codes
        self.words = words

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> "Coded": ...
    def __getitem__(self, place: int | slice) -> "str | Coded":
        if isinstance(place, slice):
            return Coded(self.codes[place], self.words)
        return self.words[int(self.codes[place])]


class Texts(Sequence[bytes]):
    """Texts of which many are read at once for less than one by one."""

    @abstractmethod
    def some(self, places: Sequence[int]) -> list[bytes]:
        """The texts at these places."""


def _some(texts: Sequence[bytes], places: Sequence[int]) -> list[bytes]:
    return texts.some(places) if isinstance(texts, Texts) else [texts[i] for i in places]


def _as_they_are(whose: Sequence[bytes], texts: Sequence[bytes]) -> Sequence[bytes]:
    return texts


class Signals:
    """Events that reached known people, one row each.

    Properties are opened (by the event's id) and decoded when asked for.
    """

    def __init__(
        self,
        person: Int64,
        at_ms: Int64,
        name: Sequence[str],
        event_id: Sequence[bytes],
        properties: Sequence[bytes],
        opened: Callable[[Sequence[bytes], Sequence[bytes]], Sequence[bytes]] = _as_they_are,
    ) -> None:
        self.person = person
        self.at_ms = at_ms
        self.name = name
        self.event_id = event_id
        self._raw = properties
        self._opened = opened
        self.passages: Mapping[int, tuple[int, bytes]] = {}
        """Row to (version number, key of the passage) of the message it tells of, where known."""
        self._decoded: dict[int, Mapping[str, Any]] = {}

    def __len__(self) -> int:
        return len(self.person)

    def texts(self, which: Sequence[int]) -> list[bytes]:
        """The properties of these rows as JSON, each an object."""
        ids_, raw = [self.event_id[i] for i in which], [self._raw[i] for i in which]
        return [
            text if text[:1] == b"{" else msgspec.json.encode(self.properties(i))
            for i, text in zip(which, self._opened(ids_, raw), strict=True)
        ]

    def decode(self, which: Sequence[int]) -> list[Mapping[str, Any]]:
        """The properties of these rows, read together: a third of what they cost one by one."""
        new = [i for i in which if i not in self._decoded]
        ids_, raw = [self.event_id[i] for i in new], _some(self._raw, new)
        texts = [text or b"{}" for text in self._opened(ids_, raw)]
        try:
            values = msgspec.json.decode(b"[" + b",".join(texts) + b"]")
        except (msgspec.DecodeError, RecursionError):  # as deep as one may be, it is one too deep
            values = [msgspec.json.decode(one) for one in texts]
        for i, value in zip(new, values, strict=True):
            self._decoded[i] = value if isinstance(value, dict) else {}
        return [self._decoded[i] for i in which]

    def properties(self, i: int) -> Mapping[str, Any]:
        """The properties of row `i`."""
        found = self._decoded.get(i)
        if found is None:
            (text,) = self._opened([self.event_id[i]], [self._raw[i]])
            value = msgspec.json.decode(text or b"{}")
            found = self._decoded[i] = value if isinstance(value, dict) else {}
        return found


def passage(run: int, step: int, visit: int) -> bytes:
    """The key of one passage of a step: 16 bytes that no other passage has."""
    return ids.hash16(b"%d" % run, b"%d" % step, b"%d" % visit)


def no_signals() -> Signals:
    """No rows."""
    return Signals(np.zeros(0, np.int64), np.zeros(0, np.int64), [], [], [])


class Kept(msgspec.Struct, frozen=True):
    """A message as it was when the journey was applied: its channels, each with its template."""

    routes: list[tuple[str, int]]
    message_class: str
    topic: str = ""
    brand: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a journey; `number` counts from 1, `stopped` sends everybody out."""

    id: int
    journey: int
    number: int
    definition: Definition
    stopped: bool = False
    templates: Mapping[str, "int | Kept"] = field(default_factory=dict)
    """Step key to the template version of the mail it sends, or to the message it sends."""
    paused: bool = False
    """Whether newcomers are refused for the time being."""

    @property
    def carries(self) -> bool:
        """Whether its runs carry along what began them, for messages or effects to show."""
        return bool(self.templates) or any(one.step.effect for one in self.definition.nodes)


@dataclass(slots=True)
class Book:
    """The versions the engine may meet, and which one each journey's newcomers get."""

    versions: dict[int, Version]
    live: dict[int, int]
    """Journey to version."""


@dataclass(slots=True)
class Log:
    """What was decided, in columns of equal length: `row` counts in `Decisions.runs`."""

    row: Int64
    at_ms: Int64
    order: Int64
    """Grows with logical time within a run."""
    signal: Int64
    """The row of the signal behind it, -1 for time alone."""
    step: Int64
    visit: Int64

    def __len__(self) -> int:
        return len(self.row)


@dataclass(slots=True)
class Moves(Log):
    """Every time somebody stood before a step: why (`cause`), and where she went (`exit`).

    `exit` is the number of the step's exit, STAY or LEAVE; `signal` is the awaited event's row.
    """

    exit: Int64
    cause: Int64
    due_ms: Int64
    """Until when she is to stay, NEVER for who does not."""


REFUSED_INSIDE, REFUSED_REENTRY, REFUSED_NOT_STARTED, REFUSED_ENDED = 1, 2, 3, 4
REFUSED_FULL, REFUSED_RATE, REFUSED_PAUSED, REFUSED_EXIT_WHEN = 5, 6, 7, 8
REFUSALS = {
    REFUSED_INSIDE: "inside", REFUSED_REENTRY: "reentry", REFUSED_NOT_STARTED: "not_started",
    REFUSED_ENDED: "ended", REFUSED_FULL: "full", REFUSED_RATE: "rate", REFUSED_PAUSED: "paused",
    REFUSED_EXIT_WHEN: "exit_when",
}  # fmt: skip
"""Why somebody who met the trigger did not enter."""


@dataclass(slots=True)
class Refused:
    """Who met a trigger and did not enter, one row each; `signal` is the trigger's row.

    Who is inside is told once per turn, however often she met it. `reason` is of REFUSALS.
    """

    person: Int64
    version: Int64
    at_ms: Int64
    signal: Int64
    reason: Int64

    def __len__(self) -> int:
        return len(self.person)


@dataclass(slots=True)
class Decisions:
    """All that one call decided: the first `loaded` rows of `runs` are those it was given."""

    runs: Runs
    loaded: int
    changed: Bools
    entered: Log
    left: Log
    goals: Log
    intents: Log
    touches: Log
    """Events a kept basket must follow."""
    moves: Moves
    """Each passage of a step."""
    refused: Refused
    """Who was not let in."""
    seats: Mapping[int, Mapping[int, int]] = field(default_factory=dict)
    """How many took a seat in a limited journey, by journey and window (seats.Seats)."""
