"""Whose list somebody of a store may look at."""

import uuid
from collections.abc import Sequence

from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "tasks.sql")


def stores_of(conn: Connection, owner: uuid.UUID) -> tuple[str, ...]:
    """The stores a user works in, () for none."""
    return tuple(store for (store,) in conn.execute(_SQL.stores_of, {"owner": owner}).fetchall())


def assign(conn: Connection, owner: uuid.UUID, stores: Sequence[str]) -> None:
    """Let a user work in exactly these stores from now on."""
    conn.execute(_SQL.leave_stores, {"owner": owner})
    conn.execute(_SQL.join_stores, {"owner": owner, "stores": sorted(set(stores))})


def every(conn: Connection) -> dict[uuid.UUID, list[str]]:
    """{user: her stores} of everybody who works in one."""
    return dict(conn.execute(_SQL.staff).fetchall())
