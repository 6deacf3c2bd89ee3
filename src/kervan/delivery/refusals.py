"""Takes messages back whose person has just refused them, wherever they are before the journal."""

from datetime import datetime

from kervan.collect import intake
from kervan.delivery import outbox
from kervan.delivery.states import MARKETING, State
from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "refusals.sql")
WITHDRAWN = "delivery.consent_withdrawn"


def void(
    conn: Connection,
    people: list[int],
    channels: list[str],
    reason: str,
    at: datetime,
    classes: tuple[str, ...] = (MARKETING,),
) -> int:
    """Take back all messages to `people` on `channels` that are not handed over; gives how many.

    To be called after the refusal itself was written, in the same transaction. What a sender holds
    is marked, and withheld by the journal unless its hand-over is journalled already.
    """
    if not people or not channels:
        return 0
    params = {
        "people": people, "channels": channels, "classes": list(classes), "reason": reason,
        "state": State.CANCELLED, "at": at,
    }  # fmt: skip
    rows = conn.execute(_SQL.void_waiting, params).fetchall()
    marked = conn.execute(_SQL.void_claimed, params).rowcount
    gone = [outbox.Subject(*row) for row in rows]
    intake.append_own(conn, [outbox.own_event(State.CANCELLED, reason, at, one) for one in gone])
    return len(gone) + marked
