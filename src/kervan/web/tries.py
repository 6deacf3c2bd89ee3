"""How often somebody may try to sign in: counted in PostgreSQL, for all processes together.

An account that does not exist is counted like one that does, so a lock tells nothing.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from kervan.kernel import clock, ids, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "tries.sql")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` tries of one `kind` in `minutes`; then a lock until they are over."""

    kind: str
    times: int
    minutes: int


ACCOUNT = Limit("account", 10, 15)
ADDRESS = Limit("address", 100, 15)
CODE = Limit("code", 5, 15)
LINK = Limit("link", 30, 15)
TRIP = Limit("trip", 60, 15)


def take(conn: Connection, limit: Limit, whose: str) -> float:
    """Count one try; gives how many seconds to wait, 0 when it is within the limit."""
    now = clock.now()
    old = now - timedelta(minutes=limit.minutes)
    values = {"key": _key(limit, whose), "now": now, "old": old}
    row = conn.execute(_SQL.take, values).fetchone()
    assert row is not None
    tried, since = row
    if tried <= limit.times:
        return 0.0
    left: timedelta = since + timedelta(minutes=limit.minutes) - now
    return max(1.0, left.total_seconds())


def refuse(wait_seconds: float) -> None:
    """Raises web.too_many_tries (429) when there is something to wait for."""
    if wait_seconds:
        raise KervanError("web.too_many_tries", status=429, minutes=math.ceil(wait_seconds / 60))


def forget(conn: Connection, limit: Limit, whose: str) -> None:
    """Begin to count anew, after a success."""
    conn.execute(_SQL.forget, {"key": _key(limit, whose)})


def step(conn: Connection, at: datetime) -> None:
    """Forget counts of which no limit asks any more."""
    conn.execute(_SQL.sweep, {"old": at - timedelta(days=1)})


def _key(limit: Limit, whose: str) -> bytes:
    return ids.hash16(limit.kind.encode(), whose.encode("utf-8", "replace"))
