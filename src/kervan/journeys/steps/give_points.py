"""Promises points: written down for whoever keeps the accounts of points."""

from typing import ClassVar

from kervan.journeys.steps.step import Arrivals, Outcomes, Step, go
from kervan.kernel import i18n

_MOST = 10_000_000
_REASON_CHARS = 200


class GivePoints(Step, frozen=True):
    """`reason` is shown with the points where she sees them."""

    kind: ClassVar[str] = "give_points"
    effect: ClassVar[str] = "give_points"

    points: int
    reason: str = ""

    def problems(self) -> list[tuple[str, str, dict[str, object]]]:
        """No points, too many, or a reason that is too long."""
        found: list[tuple[str, str, dict[str, object]]] = []
        if not 0 < self.points <= _MOST:
            found.append(("points", "journeys.points_range", {"limit": _MOST}))
        if len(self.reason) > _REASON_CHARS or not self.reason.isprintable():
            found.append(("reason", "journeys.points_reason", {"limit": _REASON_CHARS}))
        return found

    def advance(self, people: Arrivals) -> Outcomes:
        """Everybody is promised the points, and goes on."""
        return go(people, 0, intend=True)

    def describe(self, locale: str) -> str:
        """Promises 50 points."""
        return i18n.say("journeys.points_give", locale, points=self.points)
