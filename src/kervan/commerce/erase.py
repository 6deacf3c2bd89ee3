"""Takes the names of orders away from erased people; what was sold stays counted."""

from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "erase.sql")


def erase(conn: Connection, people: list[int]) -> int:
    """Forget the order numbers of `people`, in the caller's transaction; gives how many orders."""
    return conn.execute(_SQL.forget_numbers, {"people": people}).rowcount
