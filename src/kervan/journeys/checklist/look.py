"""Goes through the checklist: brings together what is sent, and asks each point of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from kervan.content.blocks import store as blocks
from kervan.content.blocks.expand import uses, with_blocks
from kervan.content.compile import EmailSource
from kervan.content.lint import of
from kervan.content.lint.check import Finding
from kervan.content.lint.run import lint
from kervan.content.messages import store as messages
from kervan.content.messages.copies import copied
from kervan.content.messages.definition import Definition as Message
from kervan.content.messages.definition import sources
from kervan.content.texts.compile import TextSource
from kervan.delivery.policy import store as policies
from kervan.delivery.policy.definition import Policy, decode
from kervan.journeys.checklist import points, sense
from kervan.journeys.checklist.item import ERROR, Item
from kervan.journeys.definition import Definition
from kervan.journeys.duration import HOUR
from kervan.journeys.steps.send import Send
from kervan.journeys.steps.send_email import SendEmail
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

Source = EmailSource | TextSource


@dataclass(slots=True)
class Sent:
    """One thing that is sent: by which channels, in whose order, how long it lives in hours."""

    name: str
    marketing: bool
    channels: list[str]
    has_order: bool
    hours: float
    texts: list[str]
    utm: bool
    copies: list[tuple[str, str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def of_message(conn: Connection, message: Message, law: str | None) -> list[Item]:
    """The points that a message has by itself. Raises MessageNotValid for one without fields."""
    sent = _sent(conn, message, law, [*message.variants], has_order=False, hours=0)
    return [*_points([sent]), *points.paced([sent.marketing], _policy(conn))]


def of_journey(conn: Connection, journey: Definition, law: str | None) -> list[Item]:
    """All points of a journey, with the messages it names as they are now."""
    sent: list[Sent] = []
    unknown: list[Item] = []
    for node in journey.nodes:
        step = node.step
        if isinstance(step, SendEmail):
            sent.append(_own_mail(conn, node.key, step, law))
        elif isinstance(step, Send):
            try:
                message = messages.get(conn, step.message).definition
            except KervanError:
                unknown.append(Item("message", ERROR, {"message": step.message[:80]}))
                continue
            channels = step.named or [*message.variants]
            ordered, hours = step.named is not None or step.by_best, step.expires / HOUR
            sent.append(_sent(conn, message, law, channels, has_order=ordered, hours=hours))
    header = journey.header
    found = [sense.begins(journey), *unknown, *sense.makes(journey, sense.heard(conn))]
    if sent or not unknown:
        found += _points(sent)
    found += [points.goal(header.goal.event if header.goal else "")]
    found += points.paced([one.marketing for one in sent], _policy(conn))
    found += [points.lives(max((one.hours for one in sent), default=0))] if sent else []
    return found


def refuse(items: Iterable[Item], locale: str) -> None:
    """Let pass what has no error. Raises journeys.checklist_refuses (422) with all of them."""
    wrong = [one.what(locale) for one in items if one.state == ERROR]
    if wrong:
        raise KervanError("journeys.checklist_refuses", status=422, what=" ".join(wrong))


def _points(sent: list[Sent]) -> list[Item]:
    channels = list(dict.fromkeys(channel for one in sent for channel in one.channels))
    unordered = [one.name for one in sent if len(one.channels) > 1 and not one.has_order]
    copies = [(one.name, *pair[1:]) for one in sent for pair in one.copies]
    return [
        points.mix(channels),
        points.texts(copies),
        points.personal([one.name for one in sent if not points.asks(one.texts)], len(sent)),
        points.order(unordered, channels),
        points.utm([one.name for one in sent if one.marketing and not one.utm]),
        points.linted([(one.name, finding) for one in sent for finding in one.findings]),
    ]


def _sent(
    conn: Connection, message: Message, law: str | None, channels: list[str], *,
    has_order: bool, hours: float,
) -> Sent:  # fmt: skip
    known = blocks.live(conn)
    found: dict[tuple[str, str], Source] = {
        place: with_blocks(one, known) if uses(one) else one
        for place, one in sources(message).items()
    }
    written = [
        text
        for languages in message.variants.values()
        for fields in languages.values()
        for text in fields.values()
    ]
    return Sent(
        message.key, message.purpose == "marketing", channels, has_order, hours, written,
        bool(message.utm), copied(message),
        lint(of.subject(conn, message.brand, law, found)),
    )  # fmt: skip


def _own_mail(conn: Connection, key: str, step: SendEmail, law: str | None) -> Sent:
    said = step.message
    mail = EmailSource(
        subject=said.subject, mjml=said.mjml, preheader=said.preheader, text=said.text,
        from_name=said.from_name, from_email=said.from_email, reply_to=said.reply_to,
        language=said.language, purpose=step.class_, link_hosts=said.link_hosts,
        topic=said.topic, brand=said.brand,
    )  # fmt: skip
    mail = with_blocks(mail, blocks.live(conn)) if uses(mail) else mail
    findings = lint(of.subject(conn, said.brand, law, {("email", said.language): mail}))
    texts = [said.subject, said.preheader, said.mjml, said.text]
    marketing, hours = step.class_ == "marketing", step.expires / HOUR
    return Sent(key, marketing, ["email"], True, hours, texts, False, [], findings)


def _policy(conn: Connection) -> Policy | None:
    found = policies.current(conn)
    return decode(found[1]) if found else None
