"""Hears what a provider says: receipts end messages, texts are taken, refusals written down."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from kervan.consent import packs, refuse
from kervan.consent.channels import KIND_OF
from kervan.consent.ledger import Change
from kervan.consent.refuse import Refusal
from kervan.delivery import chat_links, handed, inbound, outbox
from kervan.delivery.channels.channel import CallNews, Inbound, Moved, News, Receipt
from kervan.delivery.handed import Ended
from kervan.delivery.inbound import Ground
from kervan.delivery.mail import reports
from kervan.delivery.tasks import calls
from kervan.kernel import ids, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.profiles import tokens

_SQL = sql.load(__package__, "hear.sql")


def hear(
    conn: Connection,
    vault: WorkspaceVault,
    account: str,
    channel: str,
    news: Sequence[News],
    ground: Ground,
    at: datetime,
) -> int:
    """Take in what `account` told, in the caller's transaction; gives how many messages ended.

    Everything counts once, however often it is told.
    """
    said = [one for one in news if isinstance(one, Receipt)]
    ended = handed.take(conn, account, said, at) if said else []
    follow_up(conn, vault, ended, ground, at)
    if any(map(reports.kind_of, said)):
        reports.settle(conn, vault, ground, at)
    written = [one for one in news if isinstance(one, Inbound)]
    if channel in tokens.PLATFORMS_OF:
        chat_links.take(conn, vault, channel, written, at)
        for one in news:
            if isinstance(one, Moved) and one.new:
                tokens.replace(conn, vault, tokens.hash_of(vault, one.old), one.new, one.at)
    inbound.take(conn, vault, account, channel, written, ground, at)
    calls.take(conn, account, [one for one in news if isinstance(one, CallNews)])
    return len(ended)


def follow_up(
    conn: Connection, vault: WorkspaceVault, ended: Sequence[Ended], ground: Ground, at: datetime
) -> None:
    """Keep back what would go to addresses that are gone, or that refused us at their provider."""
    bad = [one for one in ended if one.gone or one.refused]
    if not bad:
        return
    contacts = _contacts(conn, vault, bad)
    for channel in sorted({one.subject.channel for one in bad}):
        gone = [
            one for one in bad
            if one.gone and one.subject.channel == channel and contacts.get(one)
        ]  # fmt: skip
        if gone:
            outbox.suppress(
                conn, [contacts[one] for one in gone], channel, "hard_bounce", at,
                [one.subject.message for one in gone],
            )  # fmt: skip
    # A device or a chat is no address of hers to agree at: her word there is about herself.
    said = [
        Refusal(_withdrawal(one, contacts.get(one, b""), ground, at))
        for one in bad
        if one.refused and (contacts.get(one) or one.subject.channel in tokens.PLATFORMS_OF)
    ]
    refuse.refuse_all(conn, vault, said, at)


def _contacts(conn: Connection, vault: WorkspaceVault, ended: list[Ended]) -> dict[Ended, bytes]:
    """The blind hash of the address each message went to: its own, else what is hers."""
    own: dict[uuid.UUID, uuid.UUID] = dict(
        conn.execute(
            _SQL.contacts, {"messages": postgres.uuids(one.subject.message for one in ended)}
        ).fetchall()
    )
    people = profiles.contacts(conn, vault, sorted({one.subject.person for one in ended}))
    found = {}
    for one in ended:
        person = people.get(one.subject.person)
        contact = own.get(one.subject.message)
        if contact is not None:
            found[one] = contact.bytes
        elif person is not None:
            kind = KIND_OF.get(one.subject.channel)
            mine = {"email": person.email_hash, "phone": person.phone_hash}
            found[one] = mine.get(kind or "", b"")
    return found


def _withdrawal(one: Ended, contact: bytes, ground: Ground, at: datetime) -> Change:
    channel = one.subject.channel
    return Change(
        channel=channel,
        status="withdrawn",
        occurred_at=at,
        person=one.subject.person,
        contact=contact,
        contact_kind=KIND_OF.get(channel, "") if contact else "",
        jurisdiction=packs.of_country(ground.country),
        zone=ground.zone,
        source=inbound.SOURCES.get(channel, "social"),
        actor="person",
        proof={"message": str(one.subject.message)},
        key=ids.hash16(b"provider refusal", one.subject.message.bytes),
    )
