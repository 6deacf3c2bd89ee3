"""Ends tasks nobody did in time, and lets go of what is not needed any more."""

from datetime import datetime

from kervan.delivery import handed
from kervan.delivery.handed import Finish
from kervan.delivery.states import State
from kervan.delivery.tasks import calls
from kervan.delivery.tasks.finish import NOT_REACHED
from kervan.kernel import postgres, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "tasks.sql")
EXPIRED = "delivery.task_expired"
_BATCH = 1_000


def step(conn: Connection, at: datetime) -> bool:
    """End what is over, in the caller's transaction; True when there may be more.

    One that was tried failed, one that nobody tried expired.
    """
    conn.execute(_SQL.release_lost, {"at": at})
    rows = conn.execute(_SQL.due_to_expire, {"at": at, "limit": _BATCH}).fetchall()
    if rows:
        over = {"tasks": postgres.uuids(message for message, _, _ in rows), "at": at}
        conn.execute(_SQL.expire, over)
        handed.finish(
            conn,
            [
                Finish(message, State.FAILED, NOT_REACHED)
                if attempts
                else Finish(message, State.EXPIRED, EXPIRED)
                for message, _, attempts in rows
            ],
            at,
        )
    calls.forget(conn, at)
    return len(rows) == _BATCH
