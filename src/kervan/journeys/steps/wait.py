"""The wait: for a length of time, or until an event comes with a time limit."""

from typing import ClassVar

import msgspec
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
from kervan.kernel import i18n


class Wait(Step, frozen=True):
    """`for` a length of time; or `until` any of some events, at most `timeout`.

    With `until` there are two exits: `matched` and `timed_out`. An event at the very instant of
    the time limit comes too late.
    """

    kind: ClassVar[str] = "wait"
    can_wait: ClassVar[bool] = True

    for_: Duration | None = msgspec.field(default=None, name="for")
    until: list[EventMatch] | None = None
    timeout: Duration | None = None

    def exits(self) -> tuple[str, ...]:
        """`next`, or `matched` and `timed_out`."""
        return ("next",) if self.until is None else ("matched", "timed_out")

    def listens(self) -> list[EventMatch]:
        """The events of `until`."""
        return self.until or []

    def problems(self) -> list[tuple[str, str, dict[str, object]]]:
        """Either `for`, or `until` with `timeout`."""
        if (self.for_ is None) == (self.until is None):
            return [("", "journeys.wait_for_or_until", {})]
        if self.until is not None and not self.until:
            return [("until", "journeys.wait_for_or_until", {})]
        if (self.until is None) != (self.timeout is None):
            return [("", "journeys.wait_needs_timeout", {})]
        return []

    def advance(self, people: Arrivals) -> Outcomes:
        """Who arrives stays until her time; who is due or was matched goes on."""
        length_ms = int(self.for_ or self.timeout or 0)
        arrived = people.cause == ARRIVE
        last = np.int16(len(self.exits()) - 1)
        onward = np.where(people.cause == MATCH, np.int16(0), last)
        return Outcomes(
            np.where(arrived, np.int16(STAY), onward).astype(np.int16),
            np.where(arrived, people.at_ms + length_ms, NEVER),
            np.zeros(len(people.at_ms), np.bool_),
        )

    def describe(self, locale: str) -> str:
        """Waits 1 hour. / Waits until Order Completed, at most 1 hour."""
        if self.until is None:
            length = duration.describe(int(self.for_ or 0), locale)
            return i18n.say("journeys.wait_for", locale, length=length)
        events = i18n.say("journeys.or", locale).join(
            one.event + (f" ({match.describe(one.where, locale)})" if one.where else "")
            for one in self.until
        )
        length = duration.describe(int(self.timeout or 0), locale)
        return i18n.say("journeys.wait_until", locale, events=events, length=length)
