"""Keeps what people agreed to and answers whether a message is allowed."""

from typing import NamedTuple

from kervan.kernel import clock, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "store.sql")


class Decision(NamedTuple):
    """One person's word on one channel and purpose; `event_id` (16 bytes) makes it count once."""

    person: int
    channel: str
    purpose: str
    granted: bool
    at_ms: int
    source: int
    notice: str
    event_id: bytes


def record(conn: Connection, decisions: list[Decision]) -> None:
    """Append decisions and bring the state to the latest of each, in the caller's transaction."""
    if not decisions:
        return
    conn.execute(
        _SQL.record,
        {
            "people": [d.person for d in decisions],
            "channels": [d.channel for d in decisions],
            "purposes": [d.purpose for d in decisions],
            "granted": [d.granted for d in decisions],
            "at": [clock.from_ms(d.at_ms) for d in decisions],
            "sources": [d.source for d in decisions],
            "notices": [d.notice for d in decisions],
            "event_ids": "{" + ",".join(d.event_id.hex() for d in decisions) + "}",
            "now": clock.now(),
        },
    )


def withdraw(
    conn: Connection,
    person: int,
    channel: str,
    purpose: str,
    at_ms: int,
    notice: str,
    event_id: bytes,
) -> None:
    """The person took her consent back, in the caller's transaction."""
    record(conn, [Decision(person, channel, purpose, False, at_ms, 0, notice, event_id)])


def allowed(conn: Connection, people: list[int], channel: str, purpose: str) -> dict[int, int]:
    """{person: the consent event that allows it}; people without one are left out."""
    rows = conn.execute(
        _SQL.allowed, {"people": people, "channel": channel, "purpose": purpose}
    ).fetchall()
    return dict(rows)
