"""Reads the journey texts that were accepted once, also what is refused by now.

The engine meets versions as old as the people inside: no stricter check may stop it for them.
"""

import re
from typing import ClassVar

import numpy as np

from kervan.journeys import parse
from kervan.journeys.definition import ZONE, Definition, Header, Node
from kervan.journeys.problem import JourneyNotValid
from kervan.journeys.steps.step import NEVER, STAY, Arrivals, EventMatch, Outcomes, Step
from kervan.journeys.triggers.trigger import Trigger
from kervan.kernel import log
from kervan.kernel.errors import KervanError

_log = log.get("journeys")
_KEY = re.compile(r"""\bkey["']?:\s*["']?([a-z0-9][a-z0-9_-]*)""")
_AGAIN_MS = 6 * 3_600_000
_NODES = 2 * parse.LIMIT_NODES + 1
"""With the gates and the way out of the longest journey (publish.gate)."""
_NOTHING = EventMatch("\0")


class Held(Step, frozen=True):
    """Keeps whoever stands at a step that cannot be read, and asks again every six hours."""

    kind: ClassVar[str] = "held"
    can_wait: ClassVar[bool] = True

    def exits(self) -> tuple[str, ...]:
        """None."""
        return ()

    def advance(self, people: Arrivals) -> Outcomes:
        """Everybody stays."""
        count = len(people.at_ms)
        again_ms = np.minimum(people.at_ms, NEVER - _AGAIN_MS) + _AGAIN_MS
        return Outcomes(np.full(count, STAY, np.int16), again_ms, np.zeros(count, np.bool_))

    def describe(self, locale: str) -> str:
        """It has no card of its own."""
        return ""


_HELD = Held()


def read(source: str, zone: str = ZONE) -> Definition:
    """The journey in a text that was accepted once; `zone` is the workspace's.

    What is refused by now counts for nothing as long as the parts still fit together. Where they
    do not, nobody enters, nobody moves, and nobody is lost: see `is_held`.
    """
    try:
        return parse.parse(source, zone)
    except JourneyNotValid as error:
        code = error.problems[0].code if error.problems else error.code
    try:
        found = parse.forgiving(source, zone)
    except (KervanError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError):
        found = None
    if found is not None:
        _log.warning("journey_text_outdated", journey=found.header.key, code=code)
        return found
    key = match[1] if (match := _KEY.search(source)) else "unreadable"
    _log.error("journey_text_unreadable", journey=key[:80], code=code)
    nodes = tuple(Node(f"step-{i + 1}", _HELD, ()) for i in range(_NODES))
    header = Header(key=key, name=key, trigger=Trigger(event=_NOTHING.event))
    return Definition(header, nodes, None, _NOTHING, ends_ms=0, steps=nodes)


def is_held(definition: Definition) -> bool:
    """Whether the text could not be read any more, and its people are kept where they are."""
    return definition.nodes[0].step is _HELD
