"""Notes what is learnt of a message after its final state: a fact on the row, never a new state."""

import uuid
from datetime import datetime
from typing import Literal, NamedTuple

from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "receipts.sql")

Kind = Literal[
    "delivered",
    "bounced",
    "complained",
    "opened",
    "machine_opened",
    "clicked",
    "machine_clicked",
    "unsubscribed",
]


class Fact(NamedTuple):
    """One thing that happened to one message."""

    message: uuid.UUID
    kind: Kind
    at: datetime


def note(conn: Connection, facts: list[Fact]) -> int:
    """Put `facts` on their rows; the first of each kind stays. Gives how many messages had one."""
    if not facts:
        return 0
    return conn.execute(
        _SQL.note,
        {
            "messages": [fact.message for fact in facts],
            "facts": [fact.kind for fact in facts],
            "at": [fact.at for fact in facts],
        },
    ).rowcount
