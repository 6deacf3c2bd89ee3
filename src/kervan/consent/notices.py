"""Keeps the texts people agreed to: each version stays as it was shown."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from kervan.kernel import clock, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "notices.sql")
_TEXT_CHARS = 100_000


@dataclass(frozen=True, slots=True)
class Notice:
    """One version of one text in one language; never changed."""

    id: int
    key: str
    version: int
    language: str
    text: str
    sha256: bytes
    valid_from: datetime


def publish(
    conn: Connection, key: str, language: str, text: str, valid_from: datetime | None = None
) -> Notice:
    """Keep `text` as the next version of `key` in `language`; the same text again is the same one.

    Raises KervanError consent.notice_unfit for a key or text that cannot be kept.
    """
    fit = key.isprintable() and 0 < len(key) <= 100 and 0 < len(text) <= _TEXT_CHARS
    if not fit or "\0" in text or language not in ("tr", "az", "en"):
        raise KervanError("consent.notice_unfit", status=422, given=_TEXT_CHARS)
    at = clock.now()
    conn.execute(_SQL.lock, {"key": key})
    sha256 = hashlib.sha256(text.encode()).digest()
    row = conn.execute(
        _SQL.publish,
        {
            "key": key, "language": language, "text": text, "sha256": sha256,
            "valid_from": valid_from or at, "at": at,
        },
    ).fetchone()  # fmt: skip
    if row is None:  # the latest version says just this
        found = latest(conn, key, language)
        assert found is not None
        return found
    return Notice(*row)


def latest(conn: Connection, key: str, language: str, at: datetime | None = None) -> Notice | None:
    """The version of `key` that is valid at `at` (None: the last one, valid yet or not)."""
    row = conn.execute(_SQL.latest, {"key": key, "language": language, "at": at}).fetchone()
    return Notice(*row) if row else None


def by_id(conn: Connection, notices: list[int]) -> dict[int, Notice]:
    """{id: notice}; unknown ones are left out."""
    rows = conn.execute(_SQL.by_id, {"ids": notices}).fetchall()
    return {row[0]: Notice(*row) for row in rows}


def everything(conn: Connection) -> list[Notice]:
    """All notices, by key, language and version."""
    return [Notice(*row) for row in conn.execute(_SQL.everything).fetchall()]
