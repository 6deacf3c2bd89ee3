"""Opens PostgreSQL connections the one way we want them."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from uuid import UUID

import msgspec
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

Connection = psycopg.Connection[tuple[Any, ...]]
_Found = TypeVar("_Found")
LockTimeout = psycopg.errors.LockNotAvailable
Taken = psycopg.errors.UniqueViolation
REFUSALS = (
    psycopg.DataError,
    psycopg.IntegrityError,
    psycopg.errors.ProgramLimitExceeded,
    ArithmeticError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    msgspec.MsgspecError,
)
"""What data can cause, and what would be the same again when tried again."""
ONE_INSTANT = psycopg.IsolationLevel.REPEATABLE_READ
"""A transaction of this level sees the database as it was at its first statement."""
COLLISIONS = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.SerializationFailure,
)
"""What two transactions can cause that met, and what is right when the whole is tried again."""
AsyncConnection = psycopg.AsyncConnection[tuple[Any, ...]]

# PostgreSQL's own parse and plan caching is per statement text; 5 uses is psycopg's default.
_OPTIONS = "-c timezone=UTC -c lock_timeout=20s -c idle_in_transaction_session_timeout=300s"

_SCHEMA = "ws_"

# A server behind a broken network is noticed in seconds, not after the two hours TCP would take.
_TIMEOUTS = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


def connect(url: str, *, autocommit: bool = False, workspace: str | None = None) -> Connection:
    """A connection in UTC; with `workspace`, unqualified names mean that schema."""
    conn = psycopg.connect(make_conninfo(url, options=_OPTIONS, **_TIMEOUTS), autocommit=autocommit)
    if workspace is not None:
        use_workspace(conn, workspace)
        if not autocommit:
            conn.commit()
    return conn


def look(url: str, ask: Callable[[Connection], _Found]) -> _Found:
    """What `ask` finds on a connection of its own, which changes nothing and is gone then."""
    with connect(url, autocommit=True) as conn:
        return ask(conn)


async def connect_async(
    url: str, *, autocommit: bool = False, workspace: str | None = None
) -> AsyncConnection:
    """Like `connect`, for the HTTP edge and the senders."""
    conn = await psycopg.AsyncConnection.connect(
        make_conninfo(url, options=_OPTIONS, **_TIMEOUTS), autocommit=autocommit
    )
    if workspace is not None:
        await conn.execute(_search_path(workspace))
        if not autocommit:
            await conn.commit()
    return conn


def use_workspace(conn: Connection, workspace: str) -> None:
    """Make unqualified names mean `workspace`'s schema for the rest of the session."""
    conn.execute(_search_path(workspace))


def _search_path(workspace: str) -> sql.Composed:
    return sql.SQL("set search_path to {}").format(sql.Identifier(schema_name(workspace)))


def workspace_of(conn: Connection) -> str:
    """The key of the workspace that unqualified names mean; "" outside of any."""
    row = conn.execute("select current_schema()").fetchone()
    schema = row[0] if row and row[0] else ""
    return schema[len(_SCHEMA) :] if schema.startswith(_SCHEMA) else ""


def array(values: Iterable[int]) -> str:
    """Numbers as the text of an array: to be cast in SQL, five times as fast as a list."""
    return "{" + ",".join(map(str, values)) + "}"


def hex_array(values: Iterable[bytes | None]) -> str:
    """Bytes as the text of a text[], in hex: to be cast and decoded in SQL."""
    return "{" + ",".join(["null" if one is None else one.hex() for one in values]) + "}"


def uuids(values: Iterable[UUID]) -> str:
    """UUIDs as the text of an array: to be cast in SQL."""
    return "{" + ",".join([one.hex for one in values]) + "}"


def schema_name(workspace: str) -> str:
    """The PostgreSQL schema (and ClickHouse database) of a workspace key."""
    return _SCHEMA + workspace
