"""Writes the messages of a broadcast into the outbox, thousands in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from kervan.delivery import outbox
from kervan.delivery.broadcasts.store import Kept, Speaks
from kervan.delivery.states import State
from kervan.kernel import clock, ids, postgres, sql
from kervan.kernel.postgres import Connection
from kervan.segments.columns import Bools, Int64, Uint32

_SQL = sql.load(__package__, "write.sql")
FIRST, AGAIN = 1, 2
"""The legs of a broadcast: what goes at first, and what goes again."""
CANCELLED = "delivery.broadcast_cancelled"
"""Why a message of a broadcast that was cancelled is not sent."""
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Batch:
    """Columns of people who get a message: of which variant (a place), when, and as what.

    `hold_out` are those who get nothing if the gate lets them pass; `choice` is why it goes then
    and so, where that was chosen for each (JSON).
    """

    people: Uint32
    arm: Sequence[int]
    due_ms: Int64
    hold_out: Bools
    choice: Sequence[str] = ()


def write(
    conn: Connection, kept: Kept, says: Sequence[Speaks], leg: int, batch: Batch, at: datetime,
    *, cancelled: bool = False,
) -> int:  # fmt: skip
    """Intend these messages in the caller's transaction; gives how many were not there before.

    With `cancelled` their end is written at once: the broadcast was cancelled before they came.
    """
    if not len(batch.people):
        return 0
    count = len(batch.people)
    messages = ids.uuid7_bytes(clock.to_ms(at), count)
    row = conn.execute(
        _SQL.intend,
        {
            "ids": postgres.hex_array(messages),
            "people": postgres.array(batch.people.tolist()),
            "arms": postgres.array(batch.arm),
            "due": postgres.array(batch.due_ms.tolist()),
            "hold_outs": postgres.array(batch.hold_out.astype(int).tolist()),
            "choices": list(batch.choice) or [""] * count,
            "broadcast": kept.number,
            "leg": leg,
            "key": kept.key,
            "version": kept.version,
            "at": at,
            "lives_ms": round(kept.wanted.expires_hours * _HOUR_MS),
            "priority": kept.wanted.priority,
            "context": outbox.NOTHING_OF_HERS,
            "state": int(State.CANCELLED if cancelled else State.QUEUED),
            "reason": CANCELLED if cancelled else "",
            "ended": at if cancelled else None,
            "says": msgspec.json.encode([_said(one) for one in says]).decode(),
        },
    ).fetchone()
    return int(row[0]) if row else 0


def key_of(broadcast: int, leg: int, person: int) -> bytes:
    """The key of a message, as `write.sql` makes it."""
    return b"brdc" + b"".join(one.to_bytes(4, "big") for one in (broadcast, leg, person))


def _said(one: Speaks) -> dict[str, object]:
    channel, template = one.routes[0]
    return {
        "step": one.name, "channel": channel, "template": template, "class": one.message_class,
        "topic": one.topic, "brand": one.brand,
        "routes": one.routes if len(one.routes) > 1 else None,
    }  # fmt: skip
