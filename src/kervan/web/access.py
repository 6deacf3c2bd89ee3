"""One-time links, the sessions people hold, and keys of programs; only hashes are kept."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kervan.kernel import clock, ids, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "access.sql")
_LINK = timedelta(hours=24)
VISIT = timedelta(minutes=1)
"""How long a link is good by which somebody who is signed in goes to another workspace."""
_HALF_MINUTES = 5
_SEEN_SECONDS = 60
_KEPT_DAYS = 30
SESSION_DAYS = 14
IDLE_HOURS = 12
COMMAND_LINE = UUID("00000000-0000-7000-8000-000000000001")
"""The account of one-time links and of keys made by the command line: always an owner."""
_OWNER = ("owner",)
SIGN_IN, PASSWORD = "sign_in", "password"


@dataclass(frozen=True, slots=True)
class Device:
    """What a session was opened from: the browser's own words, and a network cut short."""

    name: str = ""
    network: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A good session or key: whose, and with which roles; `scopes` None means all of them."""

    id: UUID
    owner: UUID
    roles: tuple[str, ...]
    half: bool = False
    way: str = "key"
    name: str = ""
    email: str = ""
    scopes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One open session as its owner sees it."""

    id: UUID
    way: str
    device: str
    network: str
    since: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class Key:
    """One key that is not revoked; `scopes` None means all its maker's rights."""

    id: UUID
    name: str
    scopes: tuple[str, ...] | None
    made: datetime
    expires: datetime | None
    seen: datetime | None
    maker: str


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def make_link(
    conn: Connection,
    owner: UUID = COMMAND_LINE,
    purpose: str = SIGN_IN,
    *,
    lasts: timedelta = _LINK,
) -> str:
    """A secret that is good once within a day, or what it `lasts`; shown once.

    For `PASSWORD` it lets `owner` choose a new password, and older such links are void.
    """
    secret, now = ids.secret(), clock.now()
    if purpose == PASSWORD:
        conn.execute(_SQL.spend_links, {"owner": owner, "purpose": purpose, "now": now})
    conn.execute(
        _SQL.add_link,
        {
            "hash": _hash(secret),
            "owner": owner,
            "purpose": purpose,
            "now": now,
            "expires": now + lasts,
        },
    )
    return secret


def spend_link(conn: Connection, secret: str, purpose: str) -> UUID | None:
    """Whose link it was, once; None when it is wrong, old, used or for something else."""
    values = {"hash": _hash(secret), "purpose": purpose, "now": clock.now()}
    row = conn.execute(_SQL.use_link, values).fetchone()
    return row[0] if row else None


def is_good_link(conn: Connection, secret: str, purpose: str) -> bool:
    """Whether `spend_link` would take it now."""
    values = {"hash": _hash(secret), "purpose": purpose, "now": clock.now()}
    return conn.execute(_SQL.good_link, values).fetchone() is not None


def use_link(conn: Connection, secret: str, device: Device = Device()) -> str | None:
    """Turn a sign-in link's secret into a session's; None when it is wrong, old or used."""
    owner = spend_link(conn, secret, SIGN_IN)
    return open_session(conn, owner, "link", device) if owner else None


def open_session(
    conn: Connection, owner: UUID, way: str, device: Device = Device(), *, half: bool = False
) -> str:
    """The secret of a new session. A `half` one waits minutes for the second factor."""
    secret, now = ids.secret(), clock.now()
    lasts = timedelta(minutes=_HALF_MINUTES) if half else timedelta(days=SESSION_DAYS)
    conn.execute(
        _SQL.add_session,
        {
            "hash": _hash(secret),
            "owner": owner,
            "half": half,
            "way": way,
            "device": device.name[:200],
            "network": device.network,
            "now": now,
            "expires": now + lasts,
        },
    )
    return secret


def by_session(conn: Connection, secret: str, workspace: str) -> Held | None:
    """Who holds a session now; looking keeps it from going idle."""
    now = clock.now()
    values = {"hash": _hash(secret), "workspace": workspace, "now": now, "idle_since": _idle(now)}
    row = conn.execute(_SQL.session_reader, values).fetchone()
    if row is None:
        return None
    session, half, way, seen, owner, name, email, held = row
    if (now - seen).total_seconds() > _SEEN_SECONDS:
        conn.execute(_SQL.see_session, {"id": session, "now": now})
    return Held(session, owner, _roles(owner, held), half, way, name, email or "")


def by_key(conn: Connection, secret: str, workspace: str) -> Held | None:
    """Whose key it is, with what it may do here."""
    now = clock.now()
    values = {"hash": _hash(secret), "workspace": workspace, "now": now}
    row = conn.execute(_SQL.key_reader, values).fetchone()
    if row is None:
        return None
    key, scopes, seen, owner, held = row
    if seen is None or (now - seen).total_seconds() > _SEEN_SECONDS:
        conn.execute(_SQL.see_key, {"id": key, "now": now})
    return Held(key, owner, _roles(owner, held), scopes=None if scopes is None else tuple(scopes))


def sessions(conn: Connection, owner: UUID) -> list[Session]:
    """The open sessions of somebody, the one used last first."""
    now = clock.now()
    values = {"owner": owner, "now": now, "idle_since": _idle(now)}
    return [Session(*row) for row in conn.execute(_SQL.sessions, values).fetchall()]


def end_session(conn: Connection, owner: UUID, session: UUID) -> bool:
    """End one session of somebody; False when she has none such."""
    values = {"id": session, "owner": owner, "now": clock.now()}
    return conn.execute(_SQL.end_session, values).rowcount == 1


def end_sessions(conn: Connection, owner: UUID, but: UUID | None = None) -> int:
    """End all sessions of somebody but one; gives how many."""
    values = {"owner": owner, "but": but, "now": clock.now()}
    return conn.execute(_SQL.end_sessions, values).rowcount


def make_key(
    conn: Connection,
    name: str,
    owner: UUID = COMMAND_LINE,
    *,
    workspace: str | None = None,
    scopes: list[str] | None = None,
    expires: datetime | None = None,
) -> tuple[UUID, str]:
    """A key's number and its secret, shown once; without scopes it may all its owner may."""
    secret = "kvt_" + ids.secret()
    row = conn.execute(
        _SQL.add_key,
        {
            "hash": _hash(secret),
            "name": name,
            "owner": owner,
            "workspace": workspace,
            "scopes": scopes,
            "now": clock.now(),
            "expires": expires,
        },
    ).fetchone()
    assert row is not None
    return row[0], secret


def make_token(conn: Connection, name: str) -> str:
    """A key of the command line with all rights; shown once."""
    return make_key(conn, name)[1]


def keys(conn: Connection, workspace: str) -> list[Key]:
    """The keys that are good in a workspace, or would be if they had not expired."""
    found = []
    for row in conn.execute(_SQL.keys, {"workspace": workspace}).fetchall():
        key, name, scopes, made, expires, seen, maker, email = row
        held = None if scopes is None else tuple(scopes)
        found.append(Key(key, name, held, made, expires, seen, email or maker))
    return found


def revoke_key(conn: Connection, workspace: str, key: UUID) -> bool:
    """Revoke one key; False when there is none such."""
    values = {"id": key, "workspace": workspace, "now": clock.now()}
    return conn.execute(_SQL.revoke_key, values).rowcount == 1


def revoke_keys_called(conn: Connection, workspace: str, name: str) -> int:
    """Revoke every key of this name; gives how many."""
    values = {"name": name, "workspace": workspace, "now": clock.now()}
    return conn.execute(_SQL.revoke_key_by_name, values).rowcount


def step(conn: Connection, at: datetime) -> None:
    """Forget what ended long ago: sessions, links, trips to a provider."""
    before = at - timedelta(days=_KEPT_DAYS)
    for statement in (_SQL.sweep_sessions, _SQL.sweep_links, _SQL.sweep_trips):
        conn.execute(statement, {"before": before})


def _idle(now: datetime) -> datetime:
    return now - timedelta(hours=IDLE_HOURS)


def _roles(owner: UUID, held: list[str] | None) -> tuple[str, ...]:
    return _OWNER if owner == COMMAND_LINE else tuple(held or ())
