"""Puts people onto lists, or takes them off: segments whose members somebody names."""

from typing import ClassVar

import msgspec

from kervan.journeys.steps.step import Arrivals, Outcomes, Step, go
from kervan.kernel import i18n

_MOST = 50


class SegmentMember(Step, frozen=True):
    """`add` and `remove` are keys of segments that are lists."""

    kind: ClassVar[str] = "segment_member"
    effect: ClassVar[str] = "segment_member"

    add: list[str] = msgspec.field(default_factory=list)
    remove: list[str] = msgspec.field(default_factory=list)

    def problems(self) -> list[tuple[str, str, dict[str, object]]]:
        """No list, or one that she is to come onto and off at once."""
        found: list[tuple[str, str, dict[str, object]]] = []
        if not self.add and not self.remove:
            found.append(("add", "journeys.list_none", {}))
        if len(self.add) + len(self.remove) > _MOST:
            found.append(("add", "journeys.names_too_many", {"limit": _MOST}))
        for key in sorted({*self.add} & {*self.remove}):
            found.append(("remove", "journeys.list_twice", {"segment": key[:80]}))
        return found

    def advance(self, people: Arrivals) -> Outcomes:
        """Everybody is written down, and goes on."""
        return go(people, 0, intend=True)

    def describe(self, locale: str) -> str:
        """Puts her onto “vip”; takes her off “trial”."""
        said = []
        if self.add:
            said.append(i18n.say("journeys.list_add", locale, segments=", ".join(self.add)))
        if self.remove:
            said.append(i18n.say("journeys.list_remove", locale, segments=", ".join(self.remove)))
        return " ".join(said)
