"""Takes orders and coupons from erased people; what was sold stays counted, codes stay given."""

from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "erase.sql")


def erase(conn: Connection, people: list[int]) -> int:
    """Forget the order numbers of `people` and whose their coupons were, in the caller's
    transaction; gives how many rows."""
    coupons = conn.execute(_SQL.forget_coupons, {"people": people}).rowcount
    return conn.execute(_SQL.forget_numbers, {"people": people}).rowcount + coupons
