"""Splits by behaviour: which of some events comes first within a time."""

from typing import ClassVar

import numpy as np

from kervan.journeys import duration, match
from kervan.journeys.duration import Duration
from kervan.journeys.steps.step import (
    ARRIVE,
    MATCH,
    NEVER,
    STAY,
    Arrivals,
    EventMatch,
    Outcomes,
    Step,
)
from kervan.journeys.steps.ways import names_problems
from kervan.kernel import i18n

NONE = "none"


class First(EventMatch, frozen=True, kw_only=True):
    """A way and the event that leads there."""

    name: str


class Split(Step, frozen=True):
    """The earliest event of `first` decides; where none comes `within` the time, `none`.

    Of two events at one instant, or one event that two ways want, the way named first is taken.
    """

    kind: ClassVar[str] = "split"
    can_wait: ClassVar[bool] = True

    first: list[First]
    within: Duration

    def exits(self) -> tuple[str, ...]:
        """A name per way, and `none`."""
        return (*(one.name for one in self.first), NONE)

    def listens(self) -> list[EventMatch]:
        """The events, in the order of the ways."""
        return list(self.first)

    def problems(self) -> list[tuple[str, str, dict[str, object]]]:
        """No way, a name twice, or one that is taken."""
        return names_problems([one.name for one in self.first], NONE, "first")

    def advance(self, people: Arrivals) -> Outcomes:
        """Who arrives stays; an event leads to its way, time alone to `none`."""
        arrived = people.cause == ARRIVE
        onward = np.where(people.cause == MATCH, people.which, np.int16(len(self.first)))
        return Outcomes(
            np.where(arrived, np.int16(STAY), onward).astype(np.int16),
            np.where(arrived, people.at_ms + int(self.within), NEVER),
            np.zeros(len(people.at_ms), np.bool_),
        )

    def describe(self, locale: str) -> str:
        """Waits at most 3 days for what comes first: bought: Order Completed; otherwise “none”."""
        ways = "; ".join(
            i18n.say("journeys.way", locale, way=one.name, what=event(one, locale))
            for one in self.first
        )
        length = duration.describe(int(self.within), locale)
        return i18n.say("journeys.split", locale, ways=ways, length=length)


def event(one: EventMatch, locale: str) -> str:
    """An event with its conditions in brackets."""
    return one.event + (f" ({match.describe(one.where, locale)})" if one.where else "")
