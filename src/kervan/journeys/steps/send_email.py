"""Sends an e-mail: intends one message per arrival and goes on at once."""

from typing import ClassVar, Literal

import msgspec

from kervan.journeys.duration import DAY, Duration
from kervan.journeys.steps.step import Arrivals, Outcomes, Step, go
from kervan.kernel import i18n


class Message(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """The e-mail's parts, each a template: `mjml` or `html` is the body, `text` may be left out."""

    subject: str
    from_: str | None = msgspec.field(default=None, name="from")
    reply_to: str | None = None
    preheader: str | None = None
    mjml: str | None = None
    html: str | None = None
    text: str | None = None
    # hosts that an address taken from data may lead to; see content.compile.EmailSource
    link_hosts: list[str] = []


class SendEmail(Step, frozen=True):
    """`class` marketing needs consent, transactional does not; after `expires` it is not sent."""

    kind: ClassVar[str] = "send_email"
    channel: ClassVar[str] = "email"

    message: Message
    class_: Literal["marketing", "transactional"] = msgspec.field(default="marketing", name="class")
    expires: Duration = Duration(DAY)

    def problems(self) -> list[tuple[str, str, dict[str, object]]]:
        """A body is needed, and only one."""
        bodies = [one for one in (self.message.mjml, self.message.html) if one is not None]
        if len(bodies) > 1 or (not bodies and self.message.text is None):
            return [("message", "journeys.message_one_body", {})]
        return []

    def advance(self, people: Arrivals) -> Outcomes:
        """Everybody gets the message and takes the only exit."""
        return go(people, 0, intend=True)

    def describe(self, locale: str) -> str:
        """Sends the e-mail “You left something behind”."""
        return i18n.say("journeys.send_email", locale, subject=self.message.subject)
