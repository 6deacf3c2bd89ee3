"""Carries out what somebody chose on her page: each change is a word of the ledger."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request

from kervan.collect import intake
from kervan.consent import ledger, notices, packs, preferences
from kervan.consent.ledger import Change
from kervan.consent.preferences import FREQUENCIES, LANGUAGES, Choices
from kervan.kernel import clock, i18n, ids
from kervan.kernel.postgres import Connection
from kervan.privacy import requests as privacy
from kervan.web import refusals
from kervan.web.form import Fields
from kervan.web.pages.preferences.visitor import KINDS, Visitor
from kervan.web.state import House

SOURCE = "preference_centre"
PAUSE = timedelta(days=30)
NOTICE = "preference-centre"


@dataclass(frozen=True, slots=True)
class Deed:
    """What a press of a button is done with: where, whose, when, and its proof."""

    mine: House
    conn: Connection
    visitor: Visitor
    at: datetime
    proof: dict[str, Any]

    @classmethod
    def of(cls, request: Request, mine: House, conn: Connection, visitor: Visitor) -> "Deed":
        """The deed of a posted form."""
        proof = refusals.trace(request, message=str(visitor.token.reference))
        return cls(mine, conn, visitor, clock.now(), proof)

    def word(self, channel: str, status: str, **more: Any) -> Change:
        """A word of hers on one of her channels."""
        point = self.visitor.point_of(channel)
        assert point is not None
        return Change(
            channel=channel,
            status=status,
            occurred_at=self.at,
            person=self.visitor.head,
            contact=point.contact,
            contact_kind=KINDS[point.kind],
            jurisdiction=packs.of_country(self.mine.config.country),
            zone=self.mine.config.timezone,
            source=SOURCE,
            brand=self.visitor.brand,
            proof=self.proof,
            **more,
        )


def save(deed: Deed, form: Fields, locale: str) -> list[str]:
    """Keep what the form says; gives what changed, in a few stable words.

    What the form does not show stays as it is. Raises KervanError consent.choice_unknown (422).
    """
    changed = _channels(deed, form, locale) + _topics(deed, form)
    wanted = _choices(deed.visitor.choices, form, deed.at)
    own = deed.word(_channel_of(deed.visitor), "granted")
    said = preferences.save(deed.conn, deed.mine.keys, own, wanted, deed.at)
    changed += said
    _tell(deed, "Preferences Changed", changed)
    return changed


def stop_all(deed: Deed) -> list[str]:
    """Refuse every channel that is on."""
    changed = []
    for channel in deed.visitor.shown():
        if deed.visitor.is_on(channel, deed.at):
            _refuse(deed, channel)
            changed.append(f"{channel}:off")
    _tell(deed, "Preferences Changed", changed)
    return changed


def ask(deed: Deed, kind: str) -> datetime:
    """File a request by law (`access`, `erasure`), once while one is open; gives when it is due.

    The link proves that she reads the address, no more; who answers the request knows that.
    """
    person = deed.visitor.person.id
    for one in privacy.all_requests(deed.conn, only_open=True, limit=10_000):
        if one.person_id == person and one.kind == kind:
            return one.due_at
    filed = privacy.open_request(
        deed.conn,
        kind,
        person,
        received_at=deed.at,
        jurisdiction=packs.of_country(deed.mine.config.country),
        zone=deed.mine.config.timezone,
        channel=SOURCE,
        identity_proof="confirmed_contact",
        actor="person",
    )
    name = {"access": "Data Requested", "erasure": "Erasure Requested"}[kind]
    _tell(deed, name, [str(filed.id)])
    return filed.due_at


def _channel_of(visitor: Visitor) -> str:
    return "email" if KINDS[visitor.own.kind] == "email" else "sms"


def _channels(deed: Deed, form: Fields, locale: str) -> list[str]:
    chosen, changed = set(form.all("channel")), []
    asked = set(form.all("channel_shown"))
    for channel in deed.visitor.shown():
        on = deed.visitor.is_on(channel, deed.at)
        if channel not in asked or on == (channel in chosen):
            continue
        if on:
            _refuse(deed, channel)
            changed.append(f"{channel}:off")
        elif deed.visitor.may_agree(channel):
            text = i18n.say(f"web.preferences_agree_{channel}", locale)
            notice = notices.publish(deed.conn, f"{NOTICE}-{channel}", locale, text)
            agreed = deed.word(channel, "granted", notice=notice.id, notice_name=NOTICE)
            ledger.record(deed.conn, deed.mine.keys, [agreed], deed.at)
            changed.append(f"{channel}:on")
    return changed


def _refuse(deed: Deed, channel: str) -> None:
    point = deed.visitor.point_of(channel)
    assert point is not None
    key = ids.uuid7().bytes
    refusal = refusals.Refusal(
        channel, SOURCE, key, deed.visitor.head, point.contact, brand=deed.visitor.brand,
        proof=deed.proof,
    )  # fmt: skip
    refusals.write(deed.mine, deed.conn, refusal, deed.at)
    # Journeys end on it, as they do when the link in a mail was used.
    properties: dict[str, object] = {
        "channel": channel, "purpose": "marketing", "source": SOURCE,
        "message": str(deed.visitor.token.reference),
    }  # fmt: skip
    event = intake.OwnEvent(
        f"refused-{key.hex()}", "Unsubscribed", clock.to_ms(deed.at), deed.visitor.head, properties
    )
    intake.append_own(deed.conn, [event])


def _topics(deed: Deed, form: Fields) -> list[str]:
    chosen, asked = set(form.all("topic")), set(form.all("topic_shown"))
    # The words on the channels may have changed a moment ago.
    contacts = [one.contact for one in deed.visitor.points]
    words = preferences.words(deed.conn, contacts, deed.visitor.brand)
    now = replace(deed.visitor, words=words)
    changed, said = [], []
    for topic in preferences.topics(deed.conn):
        if topic.key not in asked:
            continue
        wanted = topic.key in chosen
        if wanted == topic_is_on(now, topic.key):
            continue
        status = "granted" if wanted else "withdrawn"
        on = [one for one in now.shown() if now.is_on(one, deed.at)]
        said += [deed.word(channel, status, topic=topic.key) for channel in on]
        changed += [f"topic:{topic.key}:{'on' if wanted else 'off'}"] if on else []
    ledger.record(deed.conn, deed.mine.keys, said, deed.at)
    return changed


def topic_is_on(visitor: Visitor, topic: str) -> bool:
    """Whether a topic is wanted where messages go: so it is until somebody says no to it.

    A refusal of a whole channel beats the topics agreed to before it; the page shows them still
    as wanted, for they are once the channel is agreed to again.
    """
    words = [visitor.word(channel, topic) for channel in visitor.shown()]
    return all(one is None or one.status in ("granted", "pending") for one in words)


def _choices(before: Choices, form: Fields, at: datetime) -> Choices:
    language = form["language"] if form["language"] in LANGUAGES else before.language
    most = {f"{count}-{days}": (count, days) for count, days in FREQUENCIES}
    count, days = most.get(form["frequency"], (before.most, before.most_days))
    until = before.paused_until
    if form["pause"] == "30" and not before.paused(at):
        until = at + PAUSE
    elif form["pause"] == "no":
        until = None
    return Choices(language, until, count, days)


def _tell(deed: Deed, name: str, what: list[str]) -> None:
    if not what:
        return
    properties: dict[str, object] = {
        "changes": what, "source": SOURCE, "message": str(deed.visitor.token.reference),
    }  # fmt: skip
    number = f"preferences-{ids.uuid7().hex}"
    event = intake.OwnEvent(number, name, clock.to_ms(deed.at), deed.visitor.head, properties)
    intake.append_own(deed.conn, [event])


def confirmed(conn: Connection, person: int, contact: bytes, at: datetime) -> None:
    """Say that an e-mail address was proved to be somebody's: identity listens to it."""
    properties: dict[str, object] = {"kind": "email", "hash": contact.hex()}
    number = f"verified-{uuid.UUID(bytes=contact).hex}-{person}"
    event = intake.OwnEvent(number, "Identifier Verified", clock.to_ms(at), person, properties)
    intake.append_own(conn, [event])
