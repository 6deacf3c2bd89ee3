"""Puts people onto audiences on advertising platforms, or takes them off."""

from typing import ClassVar

import msgspec

from kervan.journeys.steps.step import Arrivals, Outcomes, Step, go
from kervan.kernel import i18n

_MOST = 50


class AdAudience(Step, frozen=True):
    """`add` and `remove` are keys of audiences that follow a list.

    Whether a platform is told of her is decided by her consent, as for everybody on that list.
    """

    kind: ClassVar[str] = "ad_audience"
    effect: ClassVar[str] = "ad_audience"

    add: list[str] = msgspec.field(default_factory=list)
    remove: list[str] = msgspec.field(default_factory=list)

    def problems(self) -> list[tuple[str, str, dict[str, object]]]:
        """No audience, or one that she is to come onto and off at once."""
        found: list[tuple[str, str, dict[str, object]]] = []
        if not self.add and not self.remove:
            found.append(("add", "journeys.audience_none", {}))
        if len(self.add) + len(self.remove) > _MOST:
            found.append(("add", "journeys.names_too_many", {"limit": _MOST}))
        for key in sorted({*self.add} & {*self.remove}):
            found.append(("remove", "journeys.audience_twice", {"audience": key[:80]}))
        return found

    def advance(self, people: Arrivals) -> Outcomes:
        """Everybody is written down, and goes on."""
        return go(people, 0, intend=True)

    def describe(self, locale: str) -> str:
        """Puts her onto the ads audience “lookalike”."""
        said = []
        for key, names in (("add", self.add), ("remove", self.remove)):
            if names:
                said.append(
                    i18n.say(f"journeys.audience_{key}", locale, audiences=", ".join(names))
                )
        return " ".join(said)
