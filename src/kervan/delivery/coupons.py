"""Confirms or returns the codes of messages by what became of these, and says whose they were."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from kervan.commerce.coupons import reserve
from kervan.delivery.states import State
from kervan.kernel import postgres, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "coupons.sql")
_SWEEP = 5_000
_GONE = (State.FAILED, State.SUPPRESSED, State.EXPIRED, State.CANCELLED, State.GHOST)
"""States of messages that nobody got: their codes are free again."""


def settle(conn: Connection, messages: Sequence[UUID], at: datetime) -> None:
    """Confirm or return the codes of messages by what became of them, as their rows say."""
    if messages:
        values = {"messages": postgres.uuids(messages)}
        _settle(conn, conn.execute(_SQL.states, values).fetchall(), at)


def sweep(conn: Connection, at: datetime) -> int:
    """The same for messages that ended where no sender was; gives how many codes there were."""
    rows = conn.execute(_SQL.ended, {"limit": _SWEEP}).fetchall()
    _settle(conn, rows, at)
    return len(rows)


def _settle(conn: Connection, rows: Sequence[tuple[UUID, int]], at: datetime) -> None:
    sent = [message for message, state in rows if state not in (*_GONE, State.QUEUED)]
    reserve.settle(conn, sent, [message for message, state in rows if state in _GONE], at)


class Unused(NamedTuple):
    """A code that a message, written at this attempt, turned out not to say."""

    message: UUID
    attempt: int
    code: str


def give_back(conn: Connection, left: Sequence[Unused]) -> None:
    """Return codes, unless the message was tried again since: then it may say its code now."""
    if not left:
        return
    values = {
        "messages": postgres.uuids(one.message for one in left),
        "attempts": postgres.array(one.attempt for one in left),
    }
    tried_last = {message for (message,) in conn.execute(_SQL.tried_last, values).fetchall()}
    reserve.unused(conn, [(one.message, one.code) for one in left if one.message in tried_last])


def return_others(conn: Connection, asked: Mapping[UUID, Collection[str]]) -> None:
    """Return what messages that go by another channel now have of pools they no longer ask.

    `asked` is {message: pools}; one that was handed over before keeps what it has.
    """
    if not asked:
        return
    values = {"messages": postgres.uuids(asked)}
    went = {message for (message,) in conn.execute(_SQL.journalled, values).fetchall()}
    reserve.unasked(conn, {one: keys for one, keys in asked.items() if one not in went})


def told(conn: Connection, messages: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The pools each message asked: {pool, state}, or {pool, reason} where it got no code."""
    values = {"messages": postgres.uuids(messages)}
    found: dict[UUID, list[dict[str, Any]]] = {one: [] for one in messages}
    for message, pool, state in conn.execute(_SQL.given, values).fetchall():
        found[message].append({"pool": pool, "state": state})
    for message, pool, reason in conn.execute(_SQL.refusals, values).fetchall():
        found[message].append({"pool": pool, "reason": f"delivery.coupon_{reason}"})
    return found
