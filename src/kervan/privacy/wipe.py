"""Makes deleted rows leave the disk: tables are written anew, the write-ahead log is used up.

PostgreSQL keeps a deleted row's bytes in its page until the place is needed, and old segments of
the log as files to be written over. Both are ended here; locks are held table by table.
"""

import psycopg

from kervan.kernel import clock, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "wipe.sql")
_PATIENCE_SECONDS = 60.0
_MOST_SEGMENTS = 10_000


def pages(conn: Connection, xid: str, patience_seconds: float = _PATIENCE_SECONDS) -> int:
    """Write all tables of the workspace and of the installation anew; gives how many.

    `conn` commits by itself. `xid` is the transaction that erased: nobody may see what was before
    it. Raises privacy.old_rows_held, privacy.not_allowed_to_wipe.
    """
    deadline = clock.monotonic() + patience_seconds
    while conn.execute(_SQL.is_seen, {"xid": xid}).fetchone() != (False,):
        if clock.monotonic() > deadline:
            raise KervanError("privacy.old_rows_held", status=409)
        clock.sleep(0.1)
    names = [row[0] for row in conn.execute(_SQL.tables).fetchall()]
    conn.execute(_SQL.patience)
    try:
        # The planner's samples of what was in them; of an empty table none would be taken anew.
        conn.execute(_SQL.forget_samples)
        for name in names:
            conn.execute(_SQL.rewrite.replace("{table}", name))
        conn.execute(_SQL.rewrite.replace("{table}", "pg_catalog.pg_statistic"))
    except psycopg.errors.InsufficientPrivilege:
        raise KervanError("privacy.not_allowed_to_wipe", status=409) from None
    return len(names)


def log(conn: Connection) -> int:
    """Use up and remove every segment of the write-ahead log there is; gives how many.

    Raises privacy.not_allowed_to_wipe where the server is not ours to administer.
    """
    try:
        conn.execute(_SQL.no_recycling)
        conn.execute(_SQL.reload)
        row = conn.execute(_SQL.segments).fetchone()
        assert row is not None
        count = min(int(row[0]), _MOST_SEGMENTS)
        # Segments laid out ahead are old ones under a new name: each is begun, and left behind.
        for _ in range(count + 1):
            conn.execute(_SQL.say_something)
            conn.execute(_SQL.switch)
        for _ in range(2):
            conn.execute(_SQL.checkpoint)
        conn.execute(_SQL.recycle_as_ever)
        conn.execute(_SQL.reload)
    except psycopg.errors.InsufficientPrivilege:
        raise KervanError("privacy.not_allowed_to_wipe", status=409) from None
    return count
