"""A person's inbox on the site: what lies there, for her page, her export and her erasure."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from kervan.kernel import postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles

_SQL = sql.load(__package__, "inbox.sql")
PLACE = b"inbox_message"
"""Where the words of a message are sealed for."""
PAGE = 20
UNREAD_MOST = 100
"""More unread ones than these are not counted."""
_LAST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Message:
    """One message as its reader sees it: `place` is its cursor."""

    id: uuid.UUID
    place: int
    at: datetime
    read: bool
    title: str = field(default="", repr=False)
    body: str = field(default="", repr=False)
    url: str = field(default="", repr=False)
    image: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """Some messages, the newest first; `cursor` goes on behind them, 0 at the end."""

    messages: list[Message]
    cursor: int
    unread: int


def page(conn: Connection, vault: WorkspaceVault, head: int, at: datetime, before: int = 0) -> Page:
    """What waits for the person `head`, the newest first, from behind the cursor `before`."""
    people = profiles.parts(conn, head)
    values = {"people": people, "before": before or _LAST, "at": at, "limit": PAGE + 1}
    rows = conn.execute(_SQL.page, values).fetchall()
    keys = profiles.keys(conn, sorted({row[2] for row in rows}))
    shown = [_message(vault, keys[row[2]], row) for row in rows[:PAGE] if row[2] in keys]
    cursor = int(rows[PAGE - 1][1]) if len(rows) > PAGE else 0
    return Page(shown, cursor, unread(conn, people, at))


def unread(conn: Connection, people: Sequence[int], at: datetime) -> int:
    """How many messages these atoms have not read, at most `UNREAD_MOST`."""
    values = {"people": list(people), "at": at, "limit": UNREAD_MOST}
    row = conn.execute(_SQL.unread, values).fetchone()
    return int(row[0]) if row else 0


def newest(conn: Connection, people: Iterable[int]) -> dict[int, int]:
    """{atom: the place of her newest message}, for all who listen at once."""
    rows = conn.execute(_SQL.newest, {"people": postgres.array(people)}).fetchall()
    return {int(person): int(place) for person, place in rows}


def expire(conn: Connection, at: datetime, limit: int = 1_000) -> bool:
    """Delete messages whose time is over; True while there may be more."""
    return conn.execute(_SQL.expire, {"at": at, "limit": limit}).rowcount == limit


def erase(conn: Connection, people: list[int]) -> int:
    """Delete the inboxes of erased people; gives how many messages there were."""
    return conn.execute(_SQL.erase, {"people": people}).rowcount


def disclose(conn: Connection, vault: WorkspaceVault, people: list[int]) -> list[dict[str, Any]]:
    """All that lies in the inboxes of these atoms, for the person herself."""
    keys = profiles.keys(conn, people)
    return [
        {"message": str(message), "at": at, "read_at": read_at, "archived_at": archived_at,
         **msgspec.json.decode(vault.open(keys[person], sealed, PLACE))}
        for person, message, sealed, at, read_at, archived_at
        in conn.execute(_SQL.disclose, {"people": people}).fetchall()
        if person in keys
    ]  # fmt: skip


def _message(vault: WorkspaceVault, key: bytes, row: tuple[Any, ...]) -> Message:
    message, place, _, sealed, at, is_read = row
    said: dict[str, str] = msgspec.json.decode(vault.open(key, sealed, PLACE))
    return Message(message, int(place), at, bool(is_read), **said)
