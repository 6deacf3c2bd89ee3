"""The people behind a number of a broadcast's progress, a piece at a time."""

from datetime import datetime
from typing import NamedTuple

from kervan.delivery.broadcasts import count
from kervan.delivery.states import State
from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "behind.sql")
_STATES = {
    "reached": count.REACHED,
    "waiting": (State.QUEUED,),
    "held_out": (State.GHOST,),
    "not_sent": (
        State.FAILED, State.SUPPRESSED, State.EXPIRED, State.CANCELLED, State.GHOST, State.UNKNOWN,
    ),
}  # fmt: skip


class Asked(NamedTuple):
    """Behind which number: a group of states, or a fact that is known of a message.

    With a `reason` only whose message ended for it; people with numbers above `after`, at most
    `limit`.
    """

    of: str
    reason: str = ""
    after: int = 0
    limit: int = 100


class Behind(NamedTuple):
    """A person, and when her message last became something else."""

    person: int
    at: datetime


def people(conn: Connection, broadcast: int, asked: Asked) -> list[Behind]:
    """Who they are, by number; of what is said again nothing is told."""
    values = {
        "broadcast": broadcast,
        "after": asked.after,
        "limit": asked.limit,
        "states": [int(one) for one in _STATES.get(asked.of, State)],
        "fact": "" if asked.of in _STATES else asked.of,
        "reason": asked.reason,
    }
    return [Behind(*row) for row in conn.execute(_SQL.people, values).fetchall()]
