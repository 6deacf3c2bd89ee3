"""Keeps the receivers of segments: where they are, how far each has come, whom it knows."""

from base64 import b64encode
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from kervan.kernel import ids, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Reach, check_url
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers
from kervan.segments.columns import Uint32
from kervan.segments.definitions import store as definitions
from kervan.segments.definitions.store import Author

_SQL = sql.load(__package__, "store.sql")
_PURPOSE = "segment sync"
_SECRET_BYTES = 32
"""Standard Webhooks asks for 24 to 64 bytes of randomness."""
ACTIVE, STOPPED = "active", "stopped"
PAUSED, FILLING, FAILING = "paused", "filling", "failing"


@dataclass(frozen=True, slots=True)
class Sync:
    """A segment's receiver and how far it has come; `secret` is sealed, `problem` a code.

    `sequence` is the number of the latest batch made, `is_pending` whether it waits for its 2xx.
    """

    segment: int
    key: str
    id: UUID
    url: str
    secret: bytes = field(repr=False)
    is_private: bool
    kept_state: str
    sequence: int
    is_pending: bool
    attempts: int
    problem: str
    failing_since: datetime | None
    next_at: datetime
    told_at: datetime | None
    sort: str
    is_asked: bool
    is_filled: bool

    @property
    def state(self) -> str:
        """In a word: stopped, paused (the segment is archived), filling, failing or active."""
        if self.kept_state == STOPPED:
            return STOPPED
        if not self.is_asked:
            return PAUSED
        if not self.is_filled:
            return FILLING
        return FAILING if self.failing_since else ACTIVE

    @property
    def reach(self) -> Reach:
        """Where its calls may go."""
        return Reach.ANYWHERE if self.is_private else Reach.PUBLIC

    @property
    def batch_id(self) -> str:
        """The name of the latest batch: the same for every attempt, another's never."""
        return f"{self.id.hex}-{self.sequence}"


class Said(NamedTuple):
    """One person of a batch; `customer_id` is "" when none is known."""

    id: UUID
    customer_id: str


def get(conn: Connection, key: str) -> Sync:
    """The sync of a segment. Raises segments.not_found and segments.sync_none (404)."""
    definitions.get(conn, key)
    row = conn.execute(_SQL.get, {"key": key}).fetchone()
    if row is None:
        raise KervanError("segments.sync_none", status=404, key=key)
    return Sync(*row)


def put(
    conn: Connection, vault: WorkspaceVault, key: str, url: str, by: Author,
    *, is_private: bool = False, new_secret: bool = False,
) -> tuple[Sync, str]:  # fmt: skip
    """Have a segment told to `url`; gives the secret too, when there is a new one.

    Another URL begins from nothing: a new secret, and all members first. The same URL again goes on
    after a stop. Raises segments.not_found (404), kernel.url_not_allowed and segments.sync_https
    (400), segments.is_archived (409).
    """
    one = definitions.get(conn, key)
    if one.state != definitions.ACTIVE:
        raise KervanError("segments.is_archived", status=409, key=key)
    check_url(url, Reach.ANYWHERE if is_private else Reach.PUBLIC)
    if not is_private and not url.startswith("https://"):
        raise KervanError("segments.sync_https", status=400)
    row = conn.execute(_SQL.get, {"key": key}).fetchone()
    before = Sync(*row) if row else None
    secret = f"whsec_{b64encode(ids.random_bytes(_SECRET_BYTES)).decode()}"
    values = {"segment": one.number, "is_private": is_private, "url": url,
              "at": by.at, "by": by.name}  # fmt: skip
    if before is not None and before.url == url:
        sealed = _sealed(vault, before.id, secret) if new_secret else before.secret
        conn.execute(_SQL.resume, {**values, "secret": sealed})
        return get(conn, key), secret if new_secret else ""
    conn.execute(_SQL.remove, {"segment": one.number})
    new = ids.uuid7()
    conn.execute(_SQL.put, {**values, "id": new, "secret": _sealed(vault, new, secret)})
    return get(conn, key), secret


def every(conn: Connection) -> list[Sync]:
    """The receivers of all segments, by the segment's key."""
    return [Sync(*row) for row in conn.execute(_SQL.every).fetchall()]


def again(conn: Connection, key: str, at: datetime) -> Sync:
    """Try at once, also when it had stopped. Raises what `get` raises."""
    get(conn, key)
    conn.execute(_SQL.again, {"key": key, "at": at})
    return get(conn, key)


def end(conn: Connection, key: str) -> None:
    """Tell nobody of a segment any more. Raises segments.not_found, segments.sync_none (404)."""
    conn.execute(_SQL.remove, {"segment": get(conn, key).segment})


def pause(conn: Connection, key: str) -> bool:
    """Tell the receiver nothing until `put` with its URL; False when it is stopped already.

    Raises segments.not_found, segments.sync_none (404).
    """
    return conn.execute(_SQL.pause, {"segment": get(conn, key).segment}).rowcount > 0


def secret_of(vault: WorkspaceVault, one: Sync) -> str:
    """The secret in the clear, for signing."""
    return vault.open_under(_PURPOSE, one.secret, one.id.bytes).decode()


def known(conn: Connection, one: Sync) -> int:
    """How many members the receiver has acknowledged."""
    row = conn.execute(_SQL.count, {"segment": one.segment}).fetchone()
    return int(row[0]) if row else 0


def due(conn: Connection, at: datetime) -> list[Sync]:
    """The receivers to be told, or looked after, now."""
    return [Sync(*row) for row in conn.execute(_SQL.due, {"at": at}).fetchall()]


def mark(conn: Connection, one: Sync, listed: Uint32) -> bytes:
    """Another when the members of a segment are others; `listed` as for `differences`."""
    kept = conn.execute(_SQL.mark, {"segment": one.segment}).fetchone()
    return ids.hash16(repr(kept).encode(), listed.tobytes())


def differences(
    conn: Connection, one: Sync, listed: Uint32, limit: int
) -> tuple[list[int], list[int]]:
    """(who is a member and unknown to the receiver, whom it knows and who is none), by number.

    `listed` are the members of an imported list; of a tree there are none.
    """
    asked = {"segment": one.segment, "listed": postgres.array(listed.tolist()), "limit": limit}
    entered = conn.execute(_SQL.entered, asked).fetchall()
    gone = conn.execute(_SQL.left_it, asked).fetchall()
    return [row[0] for row in entered], [row[0] for row in gone]


def make(conn: Connection, one: Sync, add: list[int], remove: list[int]) -> Sync | None:
    """Make the next batch of these people; None when there is nothing to say after all.

    The caller commits before it is sent. The very first batch is made also when it is empty.
    """
    here = {"segment": one.segment, "id": one.id}
    if conn.execute(_SQL.lock, here).fetchone() != (False,):
        return None
    asked = {"segment": one.segment, "people": postgres.array(remove)}
    count = conn.execute(_SQL.take_off, asked).rowcount
    asked["people"] = postgres.array(add)
    count += conn.execute(_SQL.add, asked).rowcount
    if not count and one.sequence:
        return None
    conn.execute(_SQL.made, {"segment": one.segment})
    return replace(one, sequence=one.sequence + 1, is_pending=True)


def batch(conn: Connection, vault: WorkspaceVault, one: Sync) -> tuple[list[Said], list[Said]]:
    """(added, removed) of the batch under way, as they are to be called now."""
    rows = conn.execute(_SQL.pending, {"segment": one.segment, "id": one.id}).fetchall()
    names: dict[int, str] = {}
    people = postgres.array([row[1] for row in rows])
    asked = {"people": people, "kind": identifiers.CUSTOMER}
    for person, key, sealed in conn.execute(_SQL.customers, asked):
        names[person] = vault.open(key, sealed, b"identifier").decode()
    said: dict[str, list[Said]] = {"added": [], "removed": []}
    for side, person, outside in rows:
        said[side].append(Said(outside, names.get(person, "")))
    return said["added"], said["removed"]


def acknowledged(conn: Connection, one: Sync, at: datetime) -> None:
    """The receiver has the batch of `one`; nothing happens when the sync is another by now."""
    here = {"segment": one.segment, "id": one.id, "sequence": one.sequence, "at": at}
    if conn.execute(_SQL.acknowledged, here).fetchone() is not None:
        conn.execute(_SQL.knows, here)
        conn.execute(_SQL.knows_no_more, here)


def failed(
    conn: Connection, one: Sync, problem: str, at: datetime, next_at: datetime | None
) -> None:
    """The batch of `one` was not acknowledged: again at `next_at`, or never (None)."""
    values = {
        "segment": one.segment,
        "id": one.id,
        "sequence": one.sequence,
        "problem": problem,
        "at": at,
        "next_at": next_at or at,
        "state": ACTIVE if next_at else STOPPED,
    }
    conn.execute(_SQL.failed, values)


def _sealed(vault: WorkspaceVault, sync: UUID, secret: str) -> bytes:
    return vault.seal_under(_PURPOSE, [secret.encode()], [sync.bytes])[0]
