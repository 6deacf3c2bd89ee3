"""Keeps campaigns that are being written, beside what is live: on every device of their authors."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.onsite.definition import KEY

_SQL = sql.load(__package__, "drafts.sql")
_KEY = re.compile(KEY)
MOST_BYTES = 200_000
"""Several times what may be published: it need not be right yet."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form holds, right or not: `base` is the version it is written over, 0 for a new one,
    `edition` counts its changes.
    """

    key: str
    campaign: dict[str, Any]
    base: int
    edition: int
    at: datetime
    by: str


def find(conn: Connection, key: str) -> Draft | None:
    """The draft under a key, None without one."""
    row = conn.execute(_SQL.one, {"key": key}).fetchone()
    return _draft(row) if row else None


def get(conn: Connection, key: str) -> Draft:
    """The draft under a key. Raises onsite.draft_unknown (404)."""
    found = find(conn, key)
    if found is None:
        raise KervanError("onsite.draft_unknown", status=404, key=key[:80])
    return found


def fresh(conn: Connection) -> list[Draft]:
    """Those of campaigns that were never published, by key."""
    return [_draft(row) for row in conn.execute(_SQL.fresh).fetchall()]


def write(
    conn: Connection, key: str, campaign: dict[str, Any], base: int, at: datetime, by: str, *,
    expected: int | None = None,
) -> Draft:  # fmt: skip
    """Keep what is written; `expected` is the edition that its author read, 0 for none.

    Raises onsite.draft_unfit (422), onsite.draft_changed (409).
    """
    source = msgspec.json.encode(campaign)
    if not _KEY.fullmatch(key) or campaign.get("key") != key or len(source) > MOST_BYTES:
        raise KervanError("onsite.draft_unfit", status=422, limit=MOST_BYTES)
    edition = _edition(conn, key, expected) + 1
    values = {"key": key, "source": source.decode(), "base": base, "at": at, "by": by}
    conn.execute(_SQL.write, {**values, "edition": edition})
    return Draft(key, campaign, base, edition, at, by)


def drop(conn: Connection, key: str, *, expected: int | None = None) -> bool:
    """Throw a draft away; gives whether there was one. Raises onsite.draft_changed (409)."""
    _edition(conn, key, expected)
    return conn.execute(_SQL.drop, {"key": key}).rowcount > 0


def _edition(conn: Connection, key: str, expected: int | None) -> int:
    conn.execute(_SQL.lock, {"key": key})
    found = find(conn, key)
    now = found.edition if found else 0
    if expected is not None and expected != now:
        facts = {"key": key[:80], "now": now, "expected": expected}
        raise KervanError("onsite.draft_changed", status=409, **facts)
    return now


def _draft(row: tuple[Any, ...]) -> Draft:
    key, source, base, edition, at, by = row
    return Draft(key, msgspec.json.decode(source), base, edition, at, by)
