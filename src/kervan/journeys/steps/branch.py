"""Branches by rules: each person takes the first way whose rule she meets."""

from typing import ClassVar

import msgspec
import numpy as np

from kervan.journeys import rule
from kervan.journeys.rule import Rule
from kervan.journeys.steps.step import NEVER, Arrivals, Outcomes, Step
from kervan.journeys.steps.ways import names_problems
from kervan.kernel import i18n

ELSE = "else"


class Branch(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A way and the rule tree whose people take it."""

    name: str
    when: Rule


class BranchStep(Step, frozen=True):
    """`ways` are asked in their order, of each person as she is then; nobody's way is `else`."""

    kind: ClassVar[str] = "branch"

    ways: list[Branch]

    def exits(self) -> tuple[str, ...]:
        """A name per way, and `else`."""
        return (*(one.name for one in self.ways), ELSE)

    def segments(self) -> list[str]:
        """Those that a rule names."""
        return sorted({key for one in self.ways for key in rule.segments(one.when)})

    def problems(self) -> list[tuple[str, str, dict[str, object]]]:
        """No way, a name twice, or one that is taken."""
        return names_problems([one.name for one in self.ways], ELSE)

    def advance(self, people: Arrivals) -> Outcomes:
        """Everybody goes on at once; only those without a way yet are asked about the next."""
        n = len(people.at_ms)
        exit_ = np.full(n, len(self.ways), np.int16)
        left = np.arange(n)
        for number, one in enumerate(self.ways):
            if not len(left):
                break
            meets = people.facts.meets(one.when, people.person[left], people.at_ms[left])
            exit_[left[meets]] = number
            left = left[~meets]
        return Outcomes(exit_, np.full(n, NEVER, np.int64), np.zeros(n, np.bool_))

    def describe(self, locale: str) -> str:
        """Takes the first way that is true: loyal: who placed an order …; otherwise “else”."""
        ways = "; ".join(
            i18n.say("journeys.way", locale, way=one.name, what=rule.describe(one.when, locale))
            for one in self.ways
        )
        return i18n.say("journeys.branch", locale, ways=ways)
