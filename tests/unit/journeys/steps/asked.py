"""People before a step and facts that tests choose."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from kervan.journeys.steps.step import ARRIVE, NEVER, Arrivals, Bools, Float64, Int64, NoFacts, Step


@dataclass
class Told(NoFacts):
    """What is known: rules by who meets them, zones, dates and readiness by person."""

    members: dict[str, set[int]] = field(default_factory=dict)
    zone: dict[int, str] = field(default_factory=dict)
    day: dict[int, int] = field(default_factory=dict)
    ready: dict[int, float] = field(default_factory=dict)
    share: list[float] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)

    def meets(self, rule: str, person: Int64, at_ms: Int64) -> Bools:
        """Those who were named."""
        self.asked.append(len(person))
        return np.array([one in self.members.get(rule, set()) for one in person.tolist()], np.bool_)

    def zones(self, person: Int64, at_ms: Int64) -> Sequence[str]:
        """The zones, UTC for others."""
        return [self.zone.get(one, "UTC") for one in person.tolist()]

    def dates(self, field: str, person: Int64, at_ms: Int64) -> Int64:
        """The days, NEVER for others."""
        return np.array([self.day.get(one, NEVER) for one in person.tolist()], np.int64)

    def engaged(self, person: Int64, at_ms: Int64) -> Float64:
        """How ready they are, 0.5 for others."""
        return np.array([self.ready.get(one, 0.5) for one in person.tolist()])

    def shares(self, place: str, ways: Sequence[str], at_ms: Int64) -> Float64:
        """The shares, where there are any."""
        if not self.share:
            return super().shares(place, ways, at_ms)
        return np.tile(np.array(self.share), (len(at_ms), 1))


def before(
    step: Step, at_ms: Sequence[int], facts: NoFacts | None = None, *, cause: int = ARRIVE,
    which: int = -1, first: int = 1,
) -> tuple[list[int], list[int], list[bool]]:  # fmt: skip
    """People `first`, `first` + 1, … before `step`: exits, times, and whom something is for."""
    n = len(at_ms)
    out = step.advance(
        Arrivals(
            np.array(at_ms, np.int64), np.full(n, cause, np.int8), np.full(n, which, np.int16),
            np.arange(first, first + n), np.array(at_ms, np.int64), "basket/here",
            facts or NoFacts(),
        )
    )  # fmt: skip
    return out.exit.tolist(), out.due_ms.tolist(), out.intend.tolist()
