"""Does each passage's effect once: a key that was done before, in whichever turn, is left out."""

from datetime import datetime, timedelta
from uuid import UUID

from kervan.journeys.effects.effect import Doings, Effect
from kervan.kernel import clock, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "effects.sql")
KEPT = timedelta(days=30)
_AT_ONCE = 50_000


def only(effect: Effect) -> Effect:
    """The same effect, called only for passages that were never done."""

    def done_once(conn: Connection, vault: WorkspaceVault, doings: Doings) -> None:
        new = fresh(conn, doings)
        if len(new):
            effect(conn, vault, new)

    return done_once


def fresh(conn: Connection, doings: Doings) -> Doings:
    """Those never done, which are noted as done in the caller's transaction."""
    keys = [UUID(bytes=key) for key in doings.key]
    values = {"keys": postgres.uuids(sorted(set(keys))), "at": clock.now()}
    new = {key for (key,) in conn.execute(_SQL.note, values).fetchall()}
    rows = []
    for row, key in enumerate(keys):
        if key in new:
            new.remove(key)
            rows.append(row)
    return doings.take(rows)


def tidy(conn: Connection, at: datetime) -> bool:
    """Forget keys that are `KEPT` old; True when there may be more."""
    return expire(conn, at - KEPT, _AT_ONCE) == _AT_ONCE


def expire(conn: Connection, before: datetime, limit: int) -> int:
    """Forget keys noted before `before`, at most `limit`; gives how many.

    A key comes again only where a turn is repeated, and that happens at once.
    """
    return conn.execute(_SQL.expire, {"before": before, "limit": limit}).rowcount
