"""Sends a message that is kept under a name, by the first of its channels that can reach her."""

from typing import ClassVar

from kervan.journeys.duration import DAY, Duration
from kervan.journeys.steps.step import Arrivals, Outcomes, Step, go
from kervan.kernel import i18n


class Send(Step, frozen=True):
    """`message` is its key; `channels` their order, without them that of the message itself.

    Whether and by which channel it goes is decided when it is sent: by reach, consent, quiet hours
    and caps. After `expires` it is not sent. `priority` is 0 to 9, the higher first where a cap
    leaves room for few.
    """

    kind: ClassVar[str] = "send"

    message: str
    channels: list[str] | None = None
    expires: Duration = Duration(DAY)
    priority: int = 5

    def problems(self) -> list[tuple[str, str, dict[str, object]]]:
        """A channel twice, or a priority out of its range."""
        found: list[tuple[str, str, dict[str, object]]] = []
        order = self.channels or []
        if len(set(order)) < len(order):
            found.append(("channels", "journeys.channel_twice", {}))
        if not 0 <= self.priority <= 9:
            found.append(("priority", "journeys.priority_range", {}))
        return found

    def advance(self, people: Arrivals) -> Outcomes:
        """Everybody gets the message and takes the only exit."""
        return go(people, 0, intend=True)

    def describe(self, locale: str) -> str:
        """Sends “basket-reminder” by the first of push, sms, email that reaches her."""
        if not self.channels:
            return i18n.say("journeys.send", locale, message=self.message)
        return i18n.say(
            "journeys.send_by", locale, message=self.message, channels=", ".join(self.channels)
        )
