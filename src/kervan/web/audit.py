"""The audit log: who changed what, and who read which personal data unmasked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from fastapi import Request

from kervan.kernel import ids, sql
from kervan.kernel.postgres import Connection
from kervan.web import audited
from kervan.web.reader import address_of, reader_of
from kervan.web.state import house

write = audited.write
_SQL = sql.load(__package__, "audit.sql")
_BATCH = 1_000
LATEST = 2**62


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log; `name` is what the actor is called today."""

    id: int
    at: datetime
    actor_kind: str
    actor: str
    name: str
    roles: list[str]
    right: str
    route: str
    what: str
    facts: dict[str, Any]
    network: str


def record(conn: Connection, request: Request, what: str, **facts: object) -> None:
    """Write down that the reader of `request` did `what`, in the same transaction as the deed.

    `what` is a stable word such as "source.created"; `facts` name the things by their ids and
    never hold personal data of customers: the log is kept when a person is erased. An unmasked
    read is "people.revealed" with `people=[public ids]` (mask.py records it).
    """
    reader = reader_of(request)
    write(
        conn,
        house(request).config.workspace,
        what,
        facts,
        actor_kind=reader.kind,
        actor=str(reader.id),
        roles=list(reader.roles),
        used_right=getattr(request.state, "right", ""),
        route=_route(request),
        address=address_of(request),
    )
    request.state.recorded = True


def changed_nothing(request: Request) -> None:
    """Say that this request, whatever its method, changed nothing beyond what it has recorded."""
    request.state.recorded = True


def is_recorded(request: Request) -> bool:
    """Whether this request has written into the log already."""
    return bool(getattr(request.state, "recorded", False))


def record_of(conn: Connection, request: Request, owner: str, what: str, **facts: object) -> None:
    """Write down what somebody did who is only just signing in."""
    write(
        conn,
        house(request).config.workspace,
        what,
        facts,
        actor_kind="user",
        actor=owner,
        route=_route(request),
        address=address_of(request),
    )
    request.state.recorded = True


def entries(
    conn: Connection,
    workspace: str,
    *,
    actor: str | None = None,
    what: str | None = None,
    person: str | None = None,
    before: int = LATEST,
    limit: int = 100,
) -> list[Entry]:
    """Lines of a workspace, the newest first: of one actor, of one deed, about one person."""
    values = {
        "workspace": workspace,
        "actor": actor,
        "what": what,
        "person": person,
        "before": before,
        "limit": limit,
    }
    return [Entry(*row) for row in conn.execute(_SQL.entries, values).fetchall()]


def step(conn: Connection) -> bool:
    """Chain the hashes of lines that are not sealed yet; True when there may be more.

    A seal hashes the line and the seal before it, so nobody can change, drop or slip in a line
    without every later seal being wrong. Sealing comes after committing: nobody waits for it.
    """
    conn.execute(_SQL.lock_seals)
    last = conn.execute(_SQL.last_seal).fetchone()
    number, before = (last[0], last[1]) if last else (0, b"")
    rows = conn.execute(_SQL.unsealed, {"limit": _BATCH}).fetchall()
    for row in rows:
        number, before = number + 1, _seal(before, row)
        conn.execute(_SQL.add_seal, {"number": number, "audit": row[0], "hash": before})
    return len(rows) == _BATCH


def verify(conn: Connection) -> tuple[int, int | None]:
    """(how many seals are right, the number of the first wrong one or None)."""
    right, before = 0, b""
    while True:
        rows = conn.execute(_SQL.sealed, {"after": right, "limit": _BATCH}).fetchall()
        for number, found, *line in rows:
            before = _seal(before, tuple(line))
            if number != right + 1 or found != before:
                return right, right + 1
            right += 1
        if len(rows) < _BATCH:
            return right, None


def _seal(before: bytes, line: tuple[Any, ...]) -> bytes:
    return ids.hash16(before, msgspec.json.encode(line, enc_hook=str))


def _route(request: Request) -> str:
    return f"{request.method} {getattr(request.scope.get('route'), 'path', request.url.path)}"
