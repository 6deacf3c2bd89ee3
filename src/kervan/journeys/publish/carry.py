"""Carries people from one version of a journey to another: a pure function over columns."""

from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np

from kervan.journeys.definition import Definition
from kervan.journeys.publish.gate import real
from kervan.journeys.steps.step import ARRIVE, NEVER, STAY, Arrivals, Bools, Facts, Int16, Int64

People = Literal["stay", "keep", "recompute"]
PEOPLE: tuple[People, ...] = ("stay", "keep", "recompute")
EXIT = "exit"
"""Instead of a step: out of the journey."""


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of those inside at a publication.

    They `stay` on the version they entered, or move: `keep` leaves each one's timer as it is,
    `recompute` counts her wait anew, from when she came to its step, as the new text says. `gone`
    tells for each step that the new text lacks where its people go: a step's key, or `exit`.
    """

    people: People = "stay"
    gone: dict[str, str] = {}


ALL_STAY = Choice()


@dataclass(slots=True)
class Stand:
    """Where people stand, one row each; times in ms UTC, `due_ms` NEVER without a timer."""

    person: Int64
    step: Int16
    entered_ms: Int64
    step_ms: Int64
    due_ms: Int64

    def __len__(self) -> int:
        return len(self.person)


@dataclass(slots=True)
class Carried:
    """Where people come to stand, in the numbers of the new version with its gates (gate.gated).

    Who is not `moved` stands on a step of which nobody said where its people go; she stays.
    """

    step: Int16
    due_ms: Int64
    moved: Bools
    at_once: Bools
    """Who comes to a step at the moment of the change."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where one step of the old version leads: `target` its number in the new one, -1 for out."""

    target: int
    waits: bool
    """Whether people go on waiting there; else they arrive."""


def way(old: Definition, new: Definition, gone: dict[str, str], number: int) -> Way | None:
    """Where people of step `number` go, None when nobody has said so."""
    node = old.nodes[number]
    keys = {one.key: i for i, one in enumerate(new.nodes)}
    if node.key in keys:
        found = keys[node.key]
        step = new.nodes[found].step
        # Who waits to hear what became of her message must not come to its step, and get it, again.
        waits = step.can_wait or bool(node.step.listens())
        return Way(found, waits and step.kind == node.step.kind)
    answer = gone.get(node.key)
    if answer == EXIT:
        return Way(-1, False)
    return Way(keys[answer], False) if answer in keys else None


def carry(
    old: Definition, new: Definition, choice: Choice, stand: Stand, at_ms: int, facts: Facts
) -> Carried:
    """Where everybody of `old` comes to stand in `new` at `at_ms`; both without their gates.

    Who waits on a step that the new version has too, and that is of the same kind, goes on
    waiting. Everybody else arrives: at the same step, or at the one that was named for hers.
    """
    n, m = len(old.nodes), len(new.nodes)
    count = len(stand)
    step, due = stand.step.copy(), stand.due_ms.copy()
    moved, at_once = np.ones(count, np.bool_), np.zeros(count, np.bool_)
    for number in sorted({int(one) for one in np.unique(stand.step)}):
        here = stand.step == number
        if real(number, n) == n:
            step[here] = 2 * m
            continue
        to = way(old, new, choice.gone, real(number, n))
        if to is None:
            moved[here] = False
            continue
        if to.target < 0:
            step[here], due[here], at_once[here] = 2 * m, at_ms, True
        elif number >= n:
            step[here] = m + to.target
        elif not to.waits:
            step[here], due[here], at_once[here] = m + to.target, at_ms, True
        else:
            step[here] = to.target
            one = new.nodes[to.target].step
            if not (one.can_wait or one.listens()):
                due[here] = at_ms
            elif choice.people == "recompute":
                due[here], past = _anew(new, to.target, stand, here, at_ms, facts)
                # No time ends her wait: she comes to the step, which lets her go by the right exit.
                step[np.flatnonzero(here)[past]] = m + to.target
            at_once[here] = due[here] <= at_ms
    return Carried(step, due, moved, at_once)


def _anew(
    new: Definition, number: int, stand: Stand, here: Bools, at_ms: int, facts: Facts
) -> tuple[Int64, Bools]:
    """When time ends each one's wait, counted from when she came to its step; who need not wait."""
    node, came = new.nodes[number], stand.step_ms[here]
    out = node.step.advance(
        Arrivals(
            came,
            np.full(len(came), ARRIVE, np.int8),
            np.full(len(came), -1, np.int16),
            stand.person[here],
            stand.entered_ms[here],
            f"{new.header.key}/{node.key}",
            facts,
        )
    )
    due = np.where(out.exit == STAY, out.due_ms, at_ms)
    # A step that sends waits for what became of it: nothing is sent a second time.
    due = np.where(out.intend, stand.due_ms[here], due)
    past: Bools = (out.exit != STAY) & ~out.intend
    return np.where(due == NEVER, NEVER, np.maximum(due, at_ms)), past
