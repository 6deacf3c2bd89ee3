"""The journey as a value: trigger, re-entry, exits, goal, and steps joined by their exits."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from kervan.journeys.duration import Duration
from kervan.journeys.rule import Rule
from kervan.journeys.steps.step import NEVER, EventMatch, Step
from kervan.journeys.triggers.trigger import Trigger

ZONE = "Europe/Istanbul"
"""The workspace's zone where nobody says another, as in kernel.config."""
LEFT = -1
"""The target of an exit that leads out of the journey."""
ALWAYS = -1
"""`Definition.reentry_ms` where each trigger begins a run, also of who is inside already."""


class Goal(EventMatch, frozen=True, kw_only=True):
    """What the journey is for: this event, within a time of entering.

    `value` is where the event says what it is worth: a path such as `properties.value`.
    """

    within: Duration
    value: str = ""


class Limit(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """How many may enter: `total` ever, `count` `within` a time."""

    total: int | None = None
    count: int | None = None
    within: Duration | None = None


class Header(
    msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True
):
    """What an author writes about a journey besides its steps.

    `reentry` is `never`, `after_exit`, `always`, or a length of time since the last entry; with
    all but `always` nobody is in the same journey twice at once. `per` names a property of the
    trigger's event: then that holds for each of its values by itself (one run per order).

    `starts` and `ends` are when people may enter, in `zone`, without it in the workspace's. A
    share `hold_out` goes the same way and gets nothing. Of journeys that compete for a person's
    caps the higher `priority` (0 to 9) goes first. `exit_when` is a rule: who meets it leaves.
    `keep: [basket]` follows the person's basket while she is inside and gives its lines to the
    messages.
    """

    key: str
    name: str
    trigger: Trigger
    per: str = ""
    reentry: str = "after_exit"
    starts: str = ""
    ends: str = ""
    zone: str = ""
    limit: Limit | None = None
    hold_out: float = 0.0
    priority: int = 5
    exit_on: list[EventMatch] = []
    exit_when: Rule | None = None
    goal: Goal | None = None
    keep: list[str] = []


@dataclass(frozen=True, slots=True)
class Node:
    """One step in its place: `targets` are step numbers, in the order of the step's exits.

    A step that stands for several has their keys behind a dot: `remind.1` (`Step.expand`).
    """

    key: str
    step: Step
    targets: tuple[int, ...]
    line: int = field(default=0, compare=False)

    @property
    def written(self) -> str:
        """The key of the step in the text, which may stand for several."""
        return self.key.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Definition:
    """A journey whose parts are known to fit together.

    `entry` is the one event that lets people in, whatever the trigger's kind, and `exits` are all
    that end a stay at once: those of `exit_on` and what `exit_when` became. Events of the trigger
    before `starts_ms` or from `ends_ms` on let nobody in. `hidden` are segments that live
    membership must watch for this journey: key to rule.
    """

    header: Header
    nodes: tuple[Node, ...]
    reentry_ms: int | None
    """Milliseconds from one entry to the next; 0 right after leaving; None never again; ALWAYS."""
    entry: EventMatch
    exits: list[EventMatch] = field(default_factory=list)
    starts_ms: int = 0
    ends_ms: int = NEVER
    zone: str = "UTC"
    """The zone of the journey's own times."""
    hidden: Mapping[str, Rule] = field(default_factory=dict)
    names: frozenset[str] = field(default_factory=frozenset)
    """The names of all events that can move somebody here."""
    steps: tuple[Node, ...] = ()
    """The steps as they are written, those that stand for several too; `targets` are of `nodes`."""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """Where in the text each setting of the head stands."""


def names(
    entry: EventMatch,
    exits: list[EventMatch],
    header: Header,
    nodes: tuple[Node, ...],
    basket: frozenset[str],
) -> frozenset[str]:
    """The event names that matter to a journey; `basket` are those a kept basket follows."""
    found = {entry.event} | {one.event for one in exits}
    if header.goal is not None:
        found.add(header.goal.event)
    for node in nodes:
        found |= {one.event for one in node.step.listens()}
    return frozenset(found | basket if "basket" in header.keep else found)
