"""Keeps pictures in PostgreSQL, beside the texts that show them.

They are small once resized, so the database is the simplest place that every web process sees, that
is in each backup, and that holds what was acknowledged through a `kill -9`: a picture and its files
are one transaction. The upload itself, which may be 32 MB, is not kept.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from kervan.content.media.picture import Picture
from kervan.content.media.texts import Texts
from kervan.kernel import ids, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles.names import fold

_SQL = sql.load(__package__, "store.sql")
_TOKEN_BYTES = 18  # 24 letters


@dataclass(frozen=True, slots=True)
class Kept:
    """One width of a picture as it is sent out: pixels, kind (png, jpg, gif) and bytes."""

    width: int
    height: int
    kind: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Use:
    """A live text that shows a picture: its kind (message, block), key and name."""

    kind: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Media:
    """A picture of the library; `width` and `height` are its own, in pixels; `users` show it."""

    id: uuid.UUID
    token: str
    width: int
    height: int
    moving: bool
    texts: Texts
    at: datetime
    by: str
    archived_at: datetime | None
    files: tuple[Kept, ...]
    users: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of the list, the newest first, and how many there are in all."""

    items: list[Media]
    total: int


def known(conn: Connection, content_hash: bytes) -> uuid.UUID | None:
    """The picture that the same file became before."""
    row = conn.execute(_SQL.by_hash, {"hash": content_hash}).fetchone()
    return row[0] if row else None


def add(
    conn: Connection, content_hash: bytes, picture: Picture, texts: Texts, at: datetime, by: str
) -> tuple[uuid.UUID, bool]:
    """Keep a picture in the caller's transaction; gives its id, and False where it was there."""
    row = conn.execute(
        _SQL.add,
        {
            "id": ids.uuid7(), "hash": content_hash, "token": ids.secret(_TOKEN_BYTES),
            "width": picture.width, "height": picture.height, "moving": picture.moving,
            "at": at, "by": by, **_written(texts),
        },
    ).fetchone()  # fmt: skip
    if row is None:
        there = known(conn, content_hash)
        assert there is not None
        return there, False
    for one in picture.files:
        file = {"media": row[0], "width": one.width, "height": one.height, "kind": one.kind}
        conn.execute(_SQL.add_file, {**file, "size": len(one.body), "body": one.body})
    return row[0], True


def page(
    conn: Connection, words: str, limit: int, before: uuid.UUID | None = None, *, archived: bool
) -> Page:
    """Pictures with all these words in name, tags or alt text, whatever letters they are typed in.

    `before` is the last one of the piece before.
    """
    wanted = [f"%{word}%" for word in fold(words).split()]
    values = {"words": wanted, "archived": archived}
    rows = conn.execute(_SQL.page, {**values, "before": before, "limit": limit}).fetchall()
    count = conn.execute(_SQL.count, values).fetchone()
    return Page(_media(conn, rows), count[0] if count else 0)


def one(conn: Connection, picture: uuid.UUID, *, hold: bool = False) -> Media:
    """One picture; with `hold` nobody else changes it meanwhile.

    Raises content.media_none (404).
    """
    if hold:
        conn.execute(_SQL.hold, {"id": picture})
    found = _media(conn, conn.execute(_SQL.one, {"id": picture}).fetchall())
    if not found:
        raise KervanError("content.media_none", status=404)
    return found[0]


def change(conn: Connection, picture: uuid.UUID, texts: Texts) -> None:
    """Write what is said of a picture; texts that show it keep what they say themselves."""
    conn.execute(_SQL.change, {"id": picture, **_written(texts)})


def archive(conn: Connection, picture: uuid.UUID, at: datetime | None) -> None:
    """Take a picture out of the list, or with None back into it; its addresses stay good."""
    conn.execute(_SQL.archive, {"id": picture, "at": at})


def delete(conn: Connection, picture: uuid.UUID) -> str:
    """Forget a picture that no text has ever shown, in any of its versions; gives its token.

    Raises content.media_none (404), content.media_used (409).
    """
    token = one(conn, picture, hold=True).token
    row = conn.execute(_SQL.was_used, {"place": f"/m/{token}/"}).fetchone()
    if row and row[0]:
        raise KervanError("content.media_used", status=409)
    conn.execute(_SQL.delete, {"id": picture})
    conn.execute(_SQL.count_gone)
    return token


def gone(conn: Connection) -> int:
    """How many pictures were deleted, ever: another number as soon as one more is."""
    row = conn.execute(_SQL.gone).fetchone()
    return row[0] if row else 0


def file(conn: Connection, token: str, width: int, kind: str) -> bytes | None:
    """The bytes behind an address; None where it leads nowhere."""
    row = conn.execute(_SQL.file, {"token": token, "width": width, "kind": kind}).fetchone()
    return row[0] if row else None


def _written(texts: Texts) -> dict[str, object]:
    alt = msgspec.json.encode(texts.alt).decode()
    return {"name": texts.name, "alt": alt, "tags": list(texts.tags), "found": texts.found}


def _media(conn: Connection, rows: Sequence[tuple[object, ...]]) -> list[Media]:
    files: dict[object, list[Kept]] = {row[0]: [] for row in rows}
    for media, *facts in conn.execute(_SQL.files, {"ids": list(files)}).fetchall():
        files[media].append(Kept(*facts))
    used = _uses(conn, [str(row[1]) for row in rows])
    found = []
    for row in rows:
        picture, token, width, height, moving, name, alt, tags, at, by, archived_at = row
        plain = {
            "id": picture, "token": token, "width": width, "height": height, "moving": moving,
            "texts": {"name": name, "alt": alt, "tags": tags}, "at": at, "by": by,
            "archived_at": archived_at, "files": files[picture], "users": used.get(str(token), ()),
        }  # fmt: skip
        found.append(msgspec.convert(plain, Media, from_attributes=True))
    return found


def _uses(conn: Connection, tokens: Iterable[str]) -> dict[str, list[Use]]:
    """By token: the texts that show it now."""
    found: dict[str, list[Use]] = {}
    for kind, key, name, token in conn.execute(_SQL.uses, {"tokens": list(tokens)}).fetchall():
        found.setdefault(token, []).append(Use(kind, key, name))
    return found
