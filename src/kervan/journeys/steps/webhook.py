"""Calls a system of the operator's own, as a message that goes through the outbox."""

from typing import Any, ClassVar

from kervan.journeys.duration import DAY, Duration
from kervan.journeys.steps.step import Arrivals, Outcomes, Step, go
from kervan.kernel import i18n


class Webhook(Step, frozen=True):
    """`account` is that of the receiver, without it the first one; `body` what it is told.

    The body is JSON, written as such or as a text; values in `{{ }}` are filled in and cannot leave
    their place. With `event` it is put into an envelope of type and data. After `expires` it is
    not called any more.
    """

    kind: ClassVar[str] = "webhook"
    effect: ClassVar[str] = "webhook"

    body: dict[str, Any] | str
    account: str = ""
    event: str = ""
    expires: Duration = Duration(DAY)

    def advance(self, people: Arrivals) -> Outcomes:
        """The receiver is told of everybody, who goes on at once."""
        return go(people, 0, intend=True)

    def describe(self, locale: str) -> str:
        """Calls the webhook “crm”."""
        if not self.account:
            return i18n.say("journeys.webhook_first", locale)
        return i18n.say("journeys.webhook_call", locale, account=self.account)
