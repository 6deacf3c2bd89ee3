"""Adds to a journey the places where people stand before a step: moved there, or held there.

A definition of n steps gets n gates (numbers n to 2n-1, gate n+i before step i) and one way out
(2n). Whoever stands at a gate comes to its step as everybody comes to it. While a journey is paused
every way leads to a gate, and the gates are shut: waits end, exits and goals act, nothing is sent.
"""

from dataclasses import replace
from typing import ClassVar

import numpy as np

from kervan.journeys.definition import Definition, Node
from kervan.journeys.steps.exit import Exit
from kervan.journeys.steps.step import DUE, NEVER, STAY, Arrivals, Outcomes, Step

REMOVED = "step_removed"
"""How a journey ends for those whose step was taken out of it, if its author wants so."""
OUT = Exit(reason=REMOVED)


class Gate(Step, frozen=True):
    """Whoever is woken here goes on to the step behind; a shut one holds everybody."""

    kind: ClassVar[str] = "gate"
    can_wait: ClassVar[bool] = True

    shut: bool = False

    def advance(self, people: Arrivals) -> Outcomes:
        """On when woken, unless shut."""
        count = len(people.at_ms)
        onward = (people.cause == DUE) & (not self.shut)
        return Outcomes(
            np.where(onward, np.int16(0), np.int16(STAY)).astype(np.int16),
            np.full(count, NEVER, np.int64),
            np.zeros(count, np.bool_),
        )

    def describe(self, locale: str) -> str:
        """It has no card of its own."""
        return ""


def gated(definition: Definition, *, held: bool = False) -> Definition:
    """The definition with its gates; `held` while the journey is paused."""
    nodes, n = definition.nodes, len(definition.nodes)
    steps = nodes
    if held:
        steps = tuple(replace(one, targets=tuple(n + way for way in one.targets)) for one in nodes)
    gates = tuple(Node(one.key, Gate(held), (i,), one.line) for i, one in enumerate(nodes))
    out = Node(REMOVED, OUT, ())
    return replace(definition, nodes=(*steps, *gates, out))


def real(step: int, count: int) -> int:
    """The step that a number means in a journey of `count` steps; `count` for the way out."""
    return step if step < count else min(step - count, count)
