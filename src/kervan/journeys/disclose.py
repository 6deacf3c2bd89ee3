"""Says through which journeys somebody went, for her own eyes."""

from typing import Any

from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "erase.sql")


def disclose(conn: Connection, people: list[int]) -> list[dict[str, Any]]:
    """The runs of `people`, oldest first: which journey, since when, where, what was carried."""
    rows = conn.execute(_SQL.disclose, {"people": people}).fetchall()
    names = ("journey", "version", "entered_at", "step", "since", "is_inside", "context")
    return [dict(zip(names, row, strict=True)) for row in rows]
