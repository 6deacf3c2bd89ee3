"""Takes the opens and clicks of erased people out of the waiting list."""

from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "erase.sql")


def erase(conn: Connection, people: list[int]) -> int:
    """Delete the touches of `people`, in the caller's transaction; gives how many."""
    return conn.execute(_SQL.delete_touches, {"people": people}).rowcount
