"""The journey as a value: trigger, re-entry, exits, goal, and steps joined by their exits."""

from dataclasses import dataclass, field

import msgspec

from kervan.journeys.duration import Duration
from kervan.journeys.steps.step import EventMatch, Step

LEFT = -1
"""The target of an exit that leads out of the journey."""


class Goal(EventMatch, frozen=True, kw_only=True):
    """What the journey is for: this event, within a time of entering."""

    within: Duration


class Header(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What an author writes about a journey besides its steps.

    `reentry` is `never`, `after_exit`, or a length of time since the last entry; whatever it is,
    nobody is in the same journey twice at once. `keep: [basket]` follows the person's basket
    while she is inside and gives its lines to the messages.
    """

    key: str
    name: str
    trigger: EventMatch
    reentry: str = "after_exit"
    exit_on: list[EventMatch] = []
    goal: Goal | None = None
    keep: list[str] = []


@dataclass(frozen=True, slots=True)
class Node:
    """One step in its place: `targets` are step numbers, in the order of the step's exits."""

    key: str
    step: Step
    targets: tuple[int, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Definition:
    """A journey whose parts are known to fit together."""

    header: Header
    nodes: tuple[Node, ...]
    reentry_ms: int | None
    """Milliseconds from one entry to the next; 0 right after leaving; None never again."""
    names: frozenset[str] = field(default_factory=frozenset)
    """The names of all events that can move somebody here."""


def names(header: Header, nodes: tuple[Node, ...], basket: frozenset[str]) -> frozenset[str]:
    """The event names that matter to a journey; `basket` are those a kept basket follows."""
    found = {header.trigger.event} | {one.event for one in header.exit_on}
    if header.goal is not None:
        found.add(header.goal.event)
    for node in nodes:
        found |= {one.event for one in node.step.listens()}
    return frozenset(found | basket if "basket" in header.keep else found)
