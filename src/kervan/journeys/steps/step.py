"""What a step is: typed settings, a pure `advance` over columns, its exits, and a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import msgspec
import numpy as np
import numpy.typing as npt

from kervan.journeys.match import Filter

Int8 = npt.NDArray[np.int8]
Int16 = npt.NDArray[np.int16]
Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NEVER = np.iinfo(np.int64).max
"""A time in ms that does not come."""
ARRIVE, DUE, MATCH = 0, 1, 2
"""Why a person stands before `advance`: she came, her time is up, the awaited event came."""
STAY, LEAVE = -1, -2
"""Outcomes beside the number of an exit: wait here, or leave the journey."""


class EventMatch(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """An event by name, with conditions on its properties that must all hold."""

    event: str
    where: list[Filter] = []


class Mine(EventMatch, frozen=True):
    """An event of the run's own, and of this step: what became of the message sent here.

    Its property `run` is the run's number and `step` the key of the step that waits.
    """


class Facts(Protocol):
    """What a step may ask about people, each at her own logical time: columns in, columns out.

    The live engine answers from both databases, a rehearsal as it was at the virtual time.
    """

    def meets(self, rule: str, person: Int64, at_ms: Int64) -> Bools:
        """Who meets a rule tree (segments.tree, as JSON)."""

    def zones(self, person: Int64, at_ms: Int64) -> Sequence[str]:
        """Each one's IANA zone; that of the workspace where hers is not known."""

    def dates(self, field: str, person: Int64, at_ms: Int64) -> Int64:
        """A date of hers in days since 1970-01-01, NEVER without one; `birthday` is the next."""

    def engaged(self, person: Int64, at_ms: Int64) -> Float64:
        """How readily each one reacts, 0 to 1; 0.5 of whom nothing is known."""

    def shares(self, place: str, ways: Sequence[str], at_ms: Int64) -> Float64:
        """Rows x ways: the shares of an experiment in force then; NaN where the author's stand."""

    def best(self, person: Int64, at_ms: Int64, window: tuple[int, int]) -> Int64:
        """The instant of each one's best hour from `at_ms` on, within `window`.

        That is from which minute of her day until which.
        """


class NoFacts:
    """Nobody is known: for journeys whose steps ask nothing."""

    def meets(self, rule: str, person: Int64, at_ms: Int64) -> Bools:
        """Nobody."""
        return np.zeros(len(person), np.bool_)

    def zones(self, person: Int64, at_ms: Int64) -> Sequence[str]:
        """UTC."""
        return ["UTC"] * len(person)

    def dates(self, field: str, person: Int64, at_ms: Int64) -> Int64:
        """None."""
        return np.full(len(person), NEVER, np.int64)

    def engaged(self, person: Int64, at_ms: Int64) -> Float64:
        """Nothing is known."""
        return np.full(len(person), 0.5)

    def shares(self, place: str, ways: Sequence[str], at_ms: Int64) -> Float64:
        """The author's."""
        return np.full((len(at_ms), len(ways)), np.nan)

    def best(self, person: Int64, at_ms: Int64, window: tuple[int, int]) -> Int64:
        """When the window is open next, in UTC."""
        begin, until = window
        minute = at_ms // 60_000 % 1_440
        inside = (minute - begin) % 1_440 < ((until - begin - 1) % 1_440 + 1)
        opens = at_ms // 60_000 * 60_000 + (begin - minute) % 1_440 * 60_000
        return np.asarray(np.where(inside, at_ms, opens), np.int64)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """People before a step, one row each.

    `at_ms` is each one's logical time, `cause` why she is here, `which` the number of the awaited
    event in `listens()` (-1 without one), `entered_ms` when she entered the journey. `place` names
    journey and step ("basket/remind"): what is drawn for a person there, she keeps.
    """

    at_ms: Int64
    cause: Int8
    which: Int16
    person: Int64
    entered_ms: Int64
    place: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What the step decides, one row per person.

    `exit` is the number of the exit taken, STAY or LEAVE; `due_ms` is when someone who stays
    must be looked at again (NEVER for nobody's timer); `intend` says for whom the step's message,
    or its effect, is meant.
    """

    exit: Int16
    due_ms: Int64
    intend: Bools


@dataclass(frozen=True, slots=True)
class Part:
    """One of several steps that a written one stands for (`Step.expand`).

    Its key is that of the whole, a dot and more (`remind.1`). `ways` has an entry per exit of
    `step`: the number of another part, or the name of an exit of the whole.
    """

    key: str
    step: "Step"
    ways: tuple[int | str, ...]


class Step(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """Base of all steps: the fields are the settings an author writes."""

    kind: ClassVar[str] = ""
    can_wait: ClassVar[bool] = False
    """Whether time passes here, which a loop needs."""
    channel: ClassVar[str] = ""
    """The channel of the message this step intends, if it intends one."""
    effect: ClassVar[str] = ""
    """What else it does (a name of journeys.effects), in the transaction that moves the person."""

    def exits(self) -> tuple[str, ...]:
        """The names of the ways out, in the order `Outcomes.exit` counts them."""
        return ("next",)

    def listens(self) -> list[EventMatch]:
        """The events that end a stay here, any of them."""
        return []

    def segments(self) -> list[str]:
        """The keys of the segments this step asks about, which must be there."""
        return []

    def problems(self) -> list[tuple[str, str, dict[str, object]]]:
        """What is wrong beyond types: (key of the setting, error code, its facts)."""
        return []

    def expand(self, key: str, journey: str) -> tuple[Part, ...]:
        """The steps this one stands for where it has `key`; () for itself.

        People come in by the first.
        """
        return ()

    def advance(self, people: Arrivals) -> Outcomes:
        """Decide for a column of people; pure: same columns, same outcomes."""
        raise NotImplementedError

    def describe(self, locale: str) -> str:
        """One sentence for the card on the canvas."""
        raise NotImplementedError


def go(people: Arrivals, exit_number: int, *, intend: bool = False) -> Outcomes:
    """Everybody takes the same way at once."""
    n = len(people.at_ms)
    return Outcomes(
        np.full(n, exit_number, np.int16), np.full(n, NEVER, np.int64), np.full(n, intend, np.bool_)
    )
