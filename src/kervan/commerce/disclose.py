"""Says what somebody bought and which codes she was given, for her own eyes."""

from typing import Any

from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "erase.sql")


def disclose(conn: Connection, people: list[int]) -> list[dict[str, Any]]:
    """The orders of `people`, oldest first; amounts in the smallest unit of their currency."""
    rows = conn.execute(_SQL.disclose, {"people": people}).fetchall()
    names = ("order_id", "placed_at", "total_minor", "refunded_minor", "currency")
    return [dict(zip(names, row, strict=True)) for row in rows]


def coupons(conn: Connection, people: list[int]) -> list[dict[str, Any]]:
    """The codes that `people` were given, the first one first."""
    rows = conn.execute(_SQL.coupons, {"people": people}).fetchall()
    names = ("pool", "code", "given_at", "redeemed_at", "order_id")
    return [dict(zip(names, row, strict=True)) for row in rows]
