"""Takes a person out of what waits, was refused, or is kept for a replay."""

from datetime import date, datetime

from kervan.kernel import sql
from kervan.kernel.crypto import Vault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "erase.sql")
_PAGE = 500


def waits(conn: Connection, workspace: int, before: datetime) -> bool:
    """Whether something that came before `before` is not in history yet."""
    row = conn.execute(_SQL.waits, {"workspace": workspace, "before": before}).fetchone()
    assert row is not None
    return bool(row[0])


def is_on_its_way(conn: Connection, workspace: int) -> bool:
    """Whether something resolved is not in history yet."""
    row = conn.execute(_SQL.is_on_its_way, {"workspace": workspace}).fetchone()
    return row == (True,)


def letters(conn: Connection, vault: Vault, workspace: int, texts: list[str]) -> int:
    """Delete the dead letters that hold one of `texts` (in any case); gives how many.

    They are sealed and have no index, so each of the workspace is opened.
    """
    wanted = [text.casefold() for text in texts if len(text) > 2]
    gone: list[int] = []
    last = 0
    while rows := conn.execute(
        _SQL.letters, {"workspace": workspace, "after": last, "limit": _PAGE}
    ).fetchall():
        last = rows[-1][0]
        gone += [number for number, at, body in rows if _holds(vault, at, body, wanted)]
    return conn.execute(_SQL.delete_letters, {"ids": gone}).rowcount if gone else 0


def _holds(vault: Vault, received_at: datetime, body: bytes, wanted: list[str]) -> bool:
    try:
        raw = vault.open_intake(received_at.date(), body)
    except KervanError:
        return False  # of a key that is gone: nobody can read it any more
    text = raw.decode("utf-8", "replace").casefold()
    return any(one in text for one in wanted)


def drop_processed(conn: Connection) -> int:
    """Delete the bodies kept for a replay, of all workspaces; gives how many rows went."""
    return conn.execute(_SQL.drop_processed).rowcount


def last_copy(conn: Connection, workspace: int) -> date | None:
    """The youngest day of which processed bodies are kept; None when there are none."""
    row = conn.execute(_SQL.last_copy, {"workspace": workspace}).fetchone()
    return row[0] if row else None


def expire_letters(conn: Connection, before: datetime, limit: int) -> int:
    """Delete dead letters that came before `before`, at most `limit`; gives how many."""
    return conn.execute(_SQL.expire_letters, {"before": before, "limit": limit}).rowcount
