"""Sends an e-mail: intends one message per arrival and goes on at once."""

from typing import ClassVar, Literal

import msgspec

from kervan.journeys.duration import DAY, Duration
from kervan.journeys.steps.step import Arrivals, Outcomes, Step, go
from kervan.kernel import i18n


class Message(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """The e-mail's parts; the texts are templates. Without a sender the channel's own stands.

    `topic` and `brand` say what it is about and who speaks: consent is asked for them.
    """

    subject: str
    mjml: str
    preheader: str = ""
    text: str = ""
    from_name: str = ""
    from_email: str = ""
    reply_to: str = ""
    language: Literal["tr", "az", "en", ""] = ""
    link_hosts: list[str] = []
    topic: str = ""
    brand: str = ""


class SendEmail(Step, frozen=True):
    """`class` marketing needs consent, transactional does not; after `expires` it is not sent."""

    kind: ClassVar[str] = "send_email"
    channel: ClassVar[str] = "email"

    message: Message
    class_: Literal["marketing", "transactional"] = msgspec.field(default="marketing", name="class")
    expires: Duration = Duration(DAY)

    def advance(self, people: Arrivals) -> Outcomes:
        """Everybody gets the message and takes the only exit."""
        return go(people, 0, intend=True)

    def describe(self, locale: str) -> str:
        """Sends the e-mail “You left something behind”."""
        return i18n.say("journeys.send_email", locale, subject=self.message.subject)
