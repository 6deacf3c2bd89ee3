"""Takes erased people out of journeys: what they carried along, what they were to hear of."""

from datetime import datetime

from kervan.journeys.rehearse import keep as rehearsals
from kervan.journeys.shadow import store as shadows
from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "erase.sql")


def erase(conn: Connection, people: list[int]) -> int:
    """Stop the runs of `people` and forget their contexts, in the caller's transaction.

    The runs stay for the figures, as numbers. Gives how many contexts, signals and other rows went.
    """
    values = {"people": people}
    conn.execute(_SQL.stop_runs, values)
    forgotten = (_SQL.forget_signals, _SQL.forget_points, _SQL.forget_notices, _SQL.forget_contexts)
    told = shadows.forget(conn, people) + rehearsals.forget(conn, people)
    return told + sum(conn.execute(one, values).rowcount for one in forgotten)


def expire(conn: Connection, before: datetime, limit: int) -> int:
    """Forget the contexts of runs that ended before `before`, at most `limit`; gives how many."""
    return conn.execute(_SQL.expire, {"before": before, "limit": limit}).rowcount
