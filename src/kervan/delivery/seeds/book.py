"""Keeps the seed list: named addresses of our own people, the only ones a test may go to."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from kervan.consent.channels import IDENTIFIER_OF, KIND_OF
from kervan.kernel import ids, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers, tokens

_SQL = sql.load(__package__, "book.sql")
_PLACE = b"seed.address"
CHANNELS = ("email", "sms", "whatsapp", "push", "web_push")
"""Channels that reach an address; a task on a list or a call to a system of ours is no test."""
MOST = 50
_NAME_CHARS = 60
_TOKEN_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class Seed:
    """One address on the list; `contact` is its blind index. Never log the address."""

    id: uuid.UUID
    channel: str
    name: str
    contact: bytes
    address: str = field(repr=False)
    added_by: str = ""
    added_at: datetime | None = None


def add(
    conn: Connection, vault: WorkspaceVault, channel: str, name: str, address: str, country: str,
    at: datetime, by: str,
) -> Seed:  # fmt: skip
    """Put an address on the list; `country` is that of phone numbers without a code.

    The same address again only changes its name. Raises delivery.seed_unfit (422) and
    delivery.seeds_full (409).
    """
    if channel not in CHANNELS:
        facts = {"given": channel[:40], "what": ", ".join(CHANNELS)}
        raise KervanError("delivery.seed_unfit", status=422, **facts)
    name = " ".join(name.split())
    if not name or len(name) > _NAME_CHARS or not name.isprintable():
        facts = {"given": name[:_NAME_CHARS], "what": f"1–{_NAME_CHARS} Aa"}
        raise KervanError("delivery.seed_unfit", status=422, **facts)
    sound, contact = _sound(vault, channel, address, country)
    conn.execute(_SQL.hold)
    known = every(conn, vault)
    if len(known) >= MOST and contact not in {one.contact for one in known}:
        raise KervanError("delivery.seeds_full", status=409, most=MOST)
    key = vault.new_person_key()
    values = {
        "id": ids.uuid7(), "channel": channel, "name": name, "contact": uuid.UUID(bytes=contact),
        "key": key, "sealed": vault.seal(key, sound.encode(), _PLACE), "by": by, "at": at,
    }  # fmt: skip
    conn.execute(_SQL.add, values)
    found = every(conn, vault)
    return next(one for one in found if (one.channel, one.contact) == (channel, contact))


def remove(conn: Connection, seed: uuid.UUID) -> None:
    """Take an address off the list: what waits for it is not sent any more.

    Raises delivery.seed_unknown (404).
    """
    if conn.execute(_SQL.remove, {"id": seed}).rowcount != 1:
        raise KervanError("delivery.seed_unknown", status=404, given=seed)


def every(conn: Connection, vault: WorkspaceVault) -> list[Seed]:
    """The whole list, by channel and name."""
    return [
        Seed(id_, channel, name, contact.bytes, _opened(vault, key, sealed), by, at)
        for id_, channel, name, contact, key, sealed, by, at in conn.execute(_SQL.every).fetchall()
    ]


def find(
    conn: Connection, vault: WorkspaceVault, channel: str, contacts: Collection[bytes]
) -> dict[bytes, str]:
    """{contact: its address} of those that are on the list of a channel; never log them."""
    if not contacts:
        return {}
    asked = postgres.uuids(uuid.UUID(bytes=one) for one in contacts)
    rows = conn.execute(_SQL.find, {"channel": channel, "contacts": asked}).fetchall()
    return {contact.bytes: _opened(vault, key, sealed) for contact, key, sealed in rows}


def _opened(vault: WorkspaceVault, key: bytes, sealed: bytes) -> str:
    return vault.open(key, sealed, _PLACE).decode()


def _sound(vault: WorkspaceVault, channel: str, address: str, country: str) -> tuple[str, bytes]:
    """(the address as it is sent to, its blind index). Raises delivery.seed_unfit (422)."""
    kind = KIND_OF[channel]
    if channel in tokens.PLATFORMS_OF:
        text = address.strip()
        if not text or len(text) > _TOKEN_CHARS or not text.isprintable():
            what = "fcm:…, apns:…, {…}"
            raise KervanError("delivery.seed_unfit", status=422, given=text[:20], what=what)
        return text, tokens.hash_of(vault, text)
    number = IDENTIFIER_OF[kind]
    sound = identifiers.normalise(number, address, country)
    if sound is None:
        facts = {"given": channel, "what": "a@b.example" if kind == "email" else "+90 5…"}
        raise KervanError("delivery.seed_unfit", status=422, **facts)
    return sound, vault.blind(identifiers.KIND_NAMES[number], sound)
