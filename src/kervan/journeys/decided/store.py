"""Holds packed blocks of decisions in PostgreSQL until history has them."""

from collections.abc import Sequence

from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "store.sql")


def append(conn: Connection, rows: int, block: bytes) -> None:
    """Put a block of so many rows on its way, in the caller's transaction."""
    conn.execute(_SQL.append, {"rows": rows, "block": block})


def waiting(conn: Connection, rows: int) -> list[tuple[int, int, bytes]]:
    """The oldest blocks on their way (id, how many rows, block), of about `rows` rows at most."""
    return conn.execute(_SQL.waiting, {"rows": rows}, binary=True).fetchall()


def done(conn: Connection, ids: Sequence[int]) -> None:
    """Let go of blocks that history has."""
    conn.execute(_SQL.done, {"ids": list(ids)})
