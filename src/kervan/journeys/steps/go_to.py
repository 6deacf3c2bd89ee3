"""Leads a person on into another journey."""

from typing import ClassVar

import msgspec

from kervan.journeys.steps.step import LEAVE, Arrivals, Outcomes, Step, go
from kervan.kernel import i18n

_OWN = ("journey", "hops", "from")
_MOST = 20


class GoTo(Step, frozen=True):
    """`journey` is the key of one that begins when it is called; who comes here leaves this one.

    With `stay` she goes on here too. `pass` are values, which may be templates, that the other
    journey finds in the event that begins it. Whether she enters there is that one's to decide.
    """

    kind: ClassVar[str] = "go_to"
    effect: ClassVar[str] = "go_to"

    journey: str
    stay: bool = False
    pass_: dict[str, str | int | float | bool] = msgspec.field(name="pass", default_factory=dict)

    def exits(self) -> tuple[str, ...]:
        """None, but for who stays."""
        return ("next",) if self.stay else ()

    def problems(self) -> list[tuple[str, str, dict[str, object]]]:
        """Values under names of our own."""
        wrong = [name for name in self.pass_ if name.startswith(_OWN) or not name.isprintable()]
        return [("pass", "journeys.call_with", {"name": name[:40]}) for name in wrong[:_MOST]]

    def advance(self, people: Arrivals) -> Outcomes:
        """The other journey is called for everybody."""
        return go(people, 0 if self.stay else LEAVE, intend=True)

    def describe(self, locale: str) -> str:
        """Leads on into the journey “win-back”."""
        key = "journeys.call_journey_stay" if self.stay else "journeys.call_journey"
        return i18n.say(key, locale, journey=self.journey)
