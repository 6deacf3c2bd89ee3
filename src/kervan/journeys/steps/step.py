"""What a step is: typed settings, a pure `advance` over columns, its exits, and a sentence."""

from dataclasses import dataclass
from typing import ClassVar

import msgspec
import numpy as np
import numpy.typing as npt

from kervan.journeys.match import Filter

Int8 = npt.NDArray[np.int8]
Int16 = npt.NDArray[np.int16]
Int64 = npt.NDArray[np.int64]
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


@dataclass(frozen=True, slots=True)
class Arrivals:
    """People before a step: `at_ms` is each one's logical time, `cause` why she is here."""

    at_ms: Int64
    cause: Int8


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What the step decides, one row per person.

    `exit` is the number of the exit taken, STAY or LEAVE; `due_ms` is when someone who stays
    must be looked at again (NEVER for nobody's timer); `intend` says who gets the message.
    """

    exit: Int16
    due_ms: Int64
    intend: Bools


class Step(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """Base of all steps: the fields are the settings an author writes."""

    kind: ClassVar[str] = ""
    can_wait: ClassVar[bool] = False
    """Whether time passes here, which a loop needs."""
    channel: ClassVar[str] = ""
    """The channel of the message this step intends, if it intends one."""

    def exits(self) -> tuple[str, ...]:
        """The names of the ways out, in the order `Outcomes.exit` counts them."""
        return ("next",)

    def listens(self) -> list[EventMatch]:
        """The events that end a stay here, any of them."""
        return []

    def problems(self) -> list[tuple[str, str, dict[str, object]]]:
        """What is wrong beyond types: (key of the setting, error code, its facts)."""
        return []

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
