"""Keeps journey texts that are being written, beside what is live."""

from dataclasses import dataclass
from datetime import datetime

from kervan.journeys.parse import KEY
from kervan.journeys.text import LIMIT_BYTES
from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "drafts.sql")


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that need not be right yet: `base` is the version that was live when it was begun,
    `edition` counts its changes.
    """

    key: str
    text: str
    base: int
    edition: int
    at: datetime
    by: str


def find(conn: Connection, key: str) -> Draft | None:
    """The draft under a key, None without one."""
    row = conn.execute(_SQL.one, {"key": key}).fetchone()
    return Draft(*row) if row else None


def get(conn: Connection, key: str) -> Draft:
    """The draft under a key. Raises journeys.draft_unknown (404)."""
    found = find(conn, key)
    if found is None:
        raise KervanError("journeys.draft_unknown", status=404, key=key[:80])
    return found


def every(conn: Connection) -> list[Draft]:
    """All drafts, by key."""
    return [Draft(*row) for row in conn.execute(_SQL.every).fetchall()]


def write(
    conn: Connection, key: str, text: str, base: int, at: datetime, by: str, *,
    expected: int | None = None,
) -> Draft:  # fmt: skip
    """Keep a text under a key; `expected` is the edition that its author read, 0 for none.

    Raises journeys.bad_key, journeys.text_too_long (422), journeys.draft_changed (409).
    """
    if not KEY.fullmatch(key):
        raise KervanError("journeys.bad_key", status=422, key=key[:80])
    if len(text.encode("utf-8", "surrogatepass")) > LIMIT_BYTES:
        raise KervanError("journeys.text_too_long", status=422, limit=LIMIT_BYTES)
    conn.execute(_SQL.lock, {"key": key})
    before = find(conn, key)
    _expect(before, key, expected)
    edition = before.edition + 1 if before else 1
    begun = before.base if before else base
    made = Draft(key, text.replace("\x00", ""), begun, edition, at, by)
    values = {"key": key, "text": made.text, "base": begun, "edition": edition, "at": at, "by": by}
    conn.execute(_SQL.write, values)
    return made


def drop(conn: Connection, key: str, *, expected: int | None = None) -> bool:
    """Throw a draft away; gives whether there was one. Raises journeys.draft_changed (409)."""
    conn.execute(_SQL.lock, {"key": key})
    _expect(find(conn, key), key, expected)
    return conn.execute(_SQL.drop, {"key": key}).rowcount > 0


def _expect(found: Draft | None, key: str, expected: int | None) -> None:
    now = found.edition if found else 0
    if expected is not None and expected != now:
        raise KervanError("journeys.draft_changed", status=409, key=key, now=now, expected=expected)
