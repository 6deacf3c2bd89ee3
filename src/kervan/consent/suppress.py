"""Addresses nothing may go to, whatever anybody agreed to; outlives the erasure of a person."""

import uuid
from datetime import datetime

from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "suppress.sql")
EVERY_CHANNEL = ""
REASONS = ("hard_bounce", "soft_bounces", "complaint", "stop", "erasure", "manual")


def add(
    conn: Connection,
    hashes: list[bytes],
    channel: str,
    reason: str,
    at: datetime,
    messages: list[uuid.UUID | None] | None = None,
) -> int:
    """Never again send to these contact points (blind hashes); the first reason stays.

    `channel` EVERY_CHANNEL means all of them; `messages` are those that made it known. Gives how
    many were new.
    """
    if not hashes:
        return 0
    return conn.execute(
        _SQL.add,
        {
            "contacts": [uuid.UUID(bytes=one) for one in hashes],
            "channel": channel,
            "reason": reason,
            "at": at,
            "messages": messages or [None] * len(hashes),
        },
    ).rowcount


def check(conn: Connection, hashes: list[bytes], channel: str) -> dict[bytes, str]:
    """{hash: reason} of those of `hashes` that nothing may go to on `channel`."""
    rows = conn.execute(
        _SQL.check,
        {"channel": channel, "contacts": [uuid.UUID(bytes=one) for one in hashes if one]},
    ).fetchall()
    return {contact.bytes: reason for contact, reason in rows}


def lift(conn: Connection, hashes: list[bytes], channel: str, reason: str) -> int:
    """Take back what was added for `reason` on `channel`; gives how many that were."""
    return conn.execute(
        _SQL.lift,
        {
            "contacts": [uuid.UUID(bytes=one) for one in hashes],
            "channel": channel,
            "reason": reason,
        },
    ).rowcount
