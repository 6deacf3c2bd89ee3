"""Asks for a confirmation of what somebody agreed to, and confirms consents taken electronically.

A pending word becomes a mail with a button (double opt-in); only the button's POST makes it
granted. A consent taken electronically is confirmed to its address the same day where the law of
its place asks for that. The mails are sent by an upper room, which asks `due` and tells `sent`.
"""

import uuid
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kervan.consent import addresses, ledger, packs
from kervan.consent.ledger import Change, Recorded
from kervan.kernel import ids, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "opt_in.sql")
OPT_IN, SAME_DAY = "opt_in", "same_day"
ELECTRONIC = frozenset({"web", "mobile", "electronic", "social", "preference_centre", "atm"})
"""Sources of consents that count as taken electronically (packs.SOURCES)."""
CONFIRMED = "confirmed"
"""In the proof of a consent that was confirmed by a link: it needs no second confirmation."""
_MOST_A_DAY = 3
_SETTLES = timedelta(minutes=10)
"""Somebody who ticks three boxes one after the other gets one mail."""
_DAY_ENDS = time(23, 45)
_ZONES = {"TR": "Europe/Istanbul", "AZ": "Asia/Baku"}


class Mail(NamedTuple):
    """A mail about one consent; `contact` is the address's blind hash, `person` an atom."""

    id: uuid.UUID
    kind: str
    contact: bytes
    person: int
    channel: str
    purpose: str
    topic: str
    brand: str
    consent_event: int
    occurred_at: datetime
    due_at: datetime
    message: uuid.UUID | None
    answered_at: datetime | None


def hear(conn: Connection, recorded: list[Recorded]) -> None:
    """A hook of the ledger: queues the mails that new words need. So far e-mail has them."""
    wanted = []
    for one in recorded:
        said = one.change
        if said.channel != "email" or said.purpose != "marketing":
            continue
        if said.status == "pending":
            wanted.append((OPT_IN, one, one.recorded_at))
        elif said.status == "granted" and _confirmed_same_day(said):
            wanted.append((SAME_DAY, one, same_day(said, one.recorded_at)))
    if not wanted:
        return
    nobody = [one.change.person for _, one, _ in wanted if one.change.contact_kind == "person"]
    claims = addresses.claimed(conn, nobody)
    rows = []
    for kind, one, due_at in wanted:
        said = one.change
        contact = said.contact if said.contact_kind == "email" else claims.get(said.person)
        if contact and said.person:
            rows.append((kind, one, due_at, contact))
    if rows:
        _ask(conn, rows)


def _ask(conn: Connection, rows: list[tuple[str, Recorded, datetime, bytes]]) -> None:
    said = [one.change for _, one, _, _ in rows]
    conn.execute(
        _SQL.ask,
        {
            "ids": [ids.uuid7() for _ in rows],
            "kinds": [kind for kind, _, _, _ in rows],
            "contacts": [uuid.UUID(bytes=contact) for _, _, _, contact in rows],
            "people": [one.person for one in said],
            "channels": [one.channel for one in said],
            "purposes": [one.purpose for one in said],
            "topics": [one.topic for one in said],
            "brands": [one.brand for one in said],
            "events": [one.id for _, one, _, _ in rows],
            "occurred": [one.occurred_at for one in said],
            "due": [due_at for _, _, due_at, _ in rows],
            "day_ago": rows[0][1].recorded_at - timedelta(days=1),
            "most": _MOST_A_DAY,
        },
    )


def _confirmed_same_day(said: Change) -> bool:
    pack = packs.pack(said.jurisdiction)
    return (
        said.source in ELECTRONIC
        and not said.topic
        and not (said.proof or {}).get(CONFIRMED)
        and pack is not None
        and bool(pack.value("consent.confirm_same_day", False))
    )


def same_day(said: Change, at: datetime) -> datetime:
    """When to confirm `said`: soon, and before its own day ends where the person is."""
    zone = _zone(said.zone if said.zone != "UTC" else _ZONES.get(said.jurisdiction, "UTC"))
    local = said.occurred_at.astimezone(zone)
    end = datetime.combine(local.date(), _DAY_ENDS, zone).astimezone(UTC)
    return max(at, min(at + _SETTLES, end))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def due(conn: Connection, at: datetime, limit: int = 500) -> list[Mail]:
    """The mails to send at `at`, locked until the caller's transaction ends."""
    return _mails(conn.execute(_SQL.due, {"at": at, "limit": limit}).fetchall())


def sent(
    conn: Connection, messages: list[tuple[uuid.UUID, uuid.UUID | None]], at: datetime
) -> None:
    """Note (mail id, the message that carries it; None when there can be none)."""
    given = {"ids": [one for one, _ in messages], "messages": [one for _, one in messages]}
    conn.execute(_SQL.sent, {**given, "at": at})


def by_message(conn: Connection, message: uuid.UUID, contact: bytes) -> Mail | None:
    """The mail that `message` carried to this address, locked; None for any other."""
    row = conn.execute(
        _SQL.by_message, {"message": message, "contact": uuid.UUID(bytes=contact)}
    ).fetchall()
    return _mails(row)[0] if row else None


def confirm(
    conn: Connection, vault: WorkspaceVault, mail: Mail, proof: dict[str, Any], at: datetime
) -> bool:
    """The button of an opt-in mail was pressed: what was pending is granted.

    The proof names the mail; the address counts as verified. Gives False when it was done before.
    """
    if mail.kind != OPT_IN or not conn.execute(_SQL.answer, {"id": mail.id, "at": at}).rowcount:
        return False
    row = conn.execute(_SQL.said, {"place": mail.consent_event}).fetchone()
    notice, notice_name, jurisdiction, zone = row or (None, "", "", "UTC")
    granted = Change(
        channel=mail.channel,
        status="granted",
        occurred_at=at,
        person=mail.person,
        contact=mail.contact,
        contact_kind="email",
        purpose=mail.purpose,
        topic=mail.topic,
        brand=mail.brand,
        jurisdiction=jurisdiction,
        zone=zone,
        source="email",
        notice=notice or 0,
        notice_name=notice_name,
        proof={**proof, CONFIRMED: str(mail.message), "of": mail.consent_event},
        verified_at=at,
        key=ids.hash16(b"opt in", mail.id.bytes),
    )
    ledger.record(conn, vault, [granted], at)
    return True


def _mails(rows: list[tuple[Any, ...]]) -> list[Mail]:
    return [Mail(row[0], row[1], row[2].bytes, *row[3:]) for row in rows]
