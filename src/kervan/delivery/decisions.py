"""The decision log: what the gate said of a message each time and why, with nothing personal."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from kervan.delivery.decide import Reason, Verdict
from kervan.kernel import clock, postgres, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "decisions.sql")


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: `until` is set for what is held, `policy` names the version that was asked (0:
    none was in force), `consent_event` the word of the ledger behind it (0: none)."""

    message: uuid.UUID
    attempt: int
    at: datetime
    channel: str
    verdict: Verdict
    reason: Reason
    until: datetime | None = None
    consent_event: int = 0
    policy: int = 0
    facts: dict[str, Any] = field(default_factory=dict)


def write(conn: Connection, made: Sequence[Decision]) -> None:
    """Keep decisions in the caller's transaction; none is ever changed."""
    if not made:
        return
    conn.execute(
        _SQL.write,
        {
            "messages": postgres.uuids(one.message for one in made),
            "attempts": postgres.array(one.attempt for one in made),
            "at": postgres.array(clock.to_ms(one.at) for one in made),
            "channels": [one.channel for one in made],
            "verdicts": postgres.array(one.verdict for one in made),
            "reasons": postgres.array(one.reason for one in made),
            "untils": postgres.array(clock.to_ms(one.until) if one.until else 0 for one in made),
            "consents": postgres.array(one.consent_event for one in made),
            "policies": postgres.array(one.policy for one in made),
            "facts": msgspec.json.encode([one.facts for one in made]).decode(),
        },
    )


def expire(conn: Connection, before: datetime, limit: int) -> int:
    """Forget decisions made before `before`; gives how many went, at most `limit`."""
    return conn.execute(_SQL.expire, {"before": before, "limit": limit}).rowcount


def of(conn: Connection, message: uuid.UUID) -> list[Decision]:
    """All decisions about a message, in the order in which they were made."""
    return of_many(conn, [message])[message]


def of_many(conn: Connection, messages: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Decision]]:
    """All decisions about each of these messages, in the order in which they were made."""
    found: dict[uuid.UUID, list[Decision]] = {one: [] for one in messages}
    rows = conn.execute(_SQL.of_messages, {"messages": postgres.uuids(messages)}).fetchall()
    for message, attempt, at, channel, verdict, reason, until, consent, policy, facts in rows:
        found[message].append(
            Decision(
                message, attempt, at, channel, Verdict(verdict), Reason(reason), until, consent,
                policy, facts,
            )
        )  # fmt: skip
    return found
