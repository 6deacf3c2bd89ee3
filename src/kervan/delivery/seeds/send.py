"""Sends a message as a test: as one person would get it, to seed addresses, counted nowhere."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from kervan.collect.intake import TRIAL
from kervan.content import store as templates
from kervan.content.compile import EmailSource
from kervan.content.messages.definition import EMAIL, sources
from kervan.content.messages.store import Version
from kervan.content.texts import kinds
from kervan.content.texts.compile import TextSource
from kervan.delivery import outbox
from kervan.delivery.seeds.book import Seed
from kervan.delivery.states import AS_IT_IS, TEST
from kervan.kernel import clock, i18n, ids, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "book.sql")
_LIVES = timedelta(hours=1)
_HEADS = ("title", "text", "body")


@dataclass(frozen=True, slots=True)
class Reader:
    """As whom a test is written: `person` holds it, `scene` is what the templates see."""

    person: int
    scene: Mapping[str, Any]
    locale: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A test on its way: the number of its message, by which `why` tells what became of it."""

    message: uuid.UUID
    seed: uuid.UUID
    channel: str
    name: str


def send(
    conn: Connection, vault: WorkspaceVault, version: Version, reader: Reader,
    seeds: Sequence[Seed], at: datetime,
) -> list[Sent]:  # fmt: skip
    """Intend a test to each of `seeds` whose channel the message has.

    Its subject begins with a mark; it needs no consent, takes no place in caps, tells history
    nothing, and its links lead on without being counted. Raises delivery.test_nobody (422) where
    no seed has one of its channels, and content.* for templates that may not be.
    """
    wanted = [one for one in seeds if one.channel in version.definition.variants]
    if not wanted:
        known = ", ".join(version.definition.variants)
        raise KervanError("delivery.test_nobody", status=422, channels=known)
    found = {
        channel: templates.save(conn, _marked(version, channel, reader.locale))
        for channel in dict.fromkeys(one.channel for one in wanted)
    }
    context = msgspec.json.encode({**reader.scene, AS_IT_IS: True}, enc_hook=str)
    turn, at_ms = ids.uuid7(), clock.to_ms(at)
    keys = [ids.hash16(b"test", turn.bytes, one.id.bytes) for one in wanted]
    count = len(wanted)
    outbox.intend(conn, vault, outbox.Intents(
        key=keys,
        person=[reader.person] * count,
        journey=[TRIAL] * count,
        version=[version.number] * count,
        step=[version.key] * count,
        run=[0] * count,
        channel=[one.channel for one in wanted],
        message_class=[TEST] * count,
        template_version=[found[one.channel] for one in wanted],
        context=[context] * count,
        at_ms=[at_ms] * count,
        not_before_ms=[at_ms] * count,
        expires_ms=[clock.to_ms(at + _LIVES)] * count,
        contact=[one.contact for one in wanted],
        brand=[version.definition.brand] * count,
        priority=[9] * count,
    ))  # fmt: skip
    rows = conn.execute(_SQL.messages, {"keys": keys}).fetchall()
    numbers = {bytes(key): message for key, message in rows}
    return [
        Sent(numbers[key], one.id, one.channel, one.name)
        for key, one in zip(keys, wanted, strict=True)
    ]


def _marked(version: Version, channel: str, locale: str) -> EmailSource | TextSource:
    """The template of a channel that begins with a mark, in the reader's language."""
    written = sources(version.definition)
    if channel == EMAIL:
        languages = version.definition.variants[EMAIL]
        order = [locale[:2].lower(), version.definition.language, *languages]
        source = written[EMAIL, next(one for one in order if one in languages)]
        assert isinstance(source, EmailSource)
        mark = i18n.say("delivery.test_mark", source.language)
        return msgspec.structs.replace(source, subject=f"{mark} {source.subject}")
    source = written[channel, ""]
    assert isinstance(source, TextSource)
    texts = {
        language: {**fields, **_head(channel, language, fields)}
        for language, fields in source.texts.items()
    }
    return msgspec.structs.replace(source, texts=texts)


def _head(channel: str, language: str, fields: Mapping[str, str]) -> dict[str, str]:
    """The field that is read first, with the mark; none where only a provider's template is."""
    known = kinds.channel(channel)
    for name in _HEADS:
        if known.field(name) is not None and fields.get(name, "").strip():
            return {name: f"{i18n.say('delivery.test_mark', language)} {fields[name]}"}
    return {}
