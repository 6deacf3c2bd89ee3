"""The end of a journey, with the author's own word for how it ended."""

from typing import ClassVar

from kervan.journeys.steps.step import LEAVE, Arrivals, Outcomes, Step, go
from kervan.kernel import i18n


class Exit(Step, frozen=True):
    """Everybody who arrives leaves; `reason` is shown in the journey's numbers."""

    kind: ClassVar[str] = "exit"

    reason: str = ""

    def exits(self) -> tuple[str, ...]:
        """None: nothing comes after the end."""
        return ()

    def advance(self, people: Arrivals) -> Outcomes:
        """Everybody leaves."""
        return go(people, LEAVE)

    def describe(self, locale: str) -> str:
        """Ends. / Ends: bought."""
        if not self.reason:
            return i18n.say("journeys.exit_plain", locale)
        return i18n.say("journeys.exit_reason", locale, reason=self.reason)
