"""Reads and writes the tables of live membership."""

from collections.abc import Collection, Iterable, Mapping

import numpy as np

from kervan.kernel import clock, postgres, sql
from kervan.kernel.postgres import Connection
from kervan.segments.columns import NEVER, Int64, Uint32
from kervan.segments.live.sets import Bits, Sets

_SQL = sql.load(__package__, "live.sql")
_NOTES = 200
"""Looked at in one turn: each names a few people or some thousand."""


def watched(conn: Connection) -> frozenset[str]:
    """The names of the events that active segments ask about."""
    row = conn.execute(_SQL.watched_names).fetchone()
    return frozenset(row[0]) if row else frozenset()


def watch(conn: Connection, names: Iterable[str]) -> None:
    """From the next batch on, tell of who does one of these."""
    conn.execute(_SQL.watch, {"names": sorted(names)})


def last_batch(conn: Connection, workspace: int) -> int:
    """The last batch that may not have known what is watched now."""
    row = conn.execute(_SQL.last_batch, {"workspace": workspace}).fetchone()
    return int(row[0]) if row else 0


def batch_is_open(conn: Connection, workspace: int, last: int) -> bool:
    """Whether history lacks a batch up to `last`."""
    row = conn.execute(_SQL.batch_is_open, {"workspace": workspace, "last": last}).fetchone()
    return row == (True,)


def take(conn: Connection, limit: int) -> Uint32:
    """Whom something has touched, about `limit` at most; forgotten when the caller commits."""
    rows = conn.execute(_SQL.take, {"limit": limit, "notes": _NOTES}).fetchall()
    return np.unique(np.array([one for row in rows for one in row[0]], np.uint32))


def heads(conn: Connection, people: Uint32) -> tuple[Uint32, Uint32]:
    """The profiles these belong to now, and those of them that are nobody's profile any more."""
    if not len(people):
        return people, people
    rows = conn.execute(_SQL.heads, {"people": postgres.array(people.tolist())}).fetchall()
    pairs = np.array(rows, np.uint32).reshape(-1, 2)
    return np.unique(pairs[:, 1]), np.unique(pairs[pairs[:, 0] != pairs[:, 1], 0])


def load(conn: Connection, sets: Sets) -> None:
    """Bring what is kept into memory."""
    with conn.cursor(name="membership", binary=True) as cursor:
        cursor.itersize = 50_000
        cursor.execute(_SQL.load)
        while rows := cursor.fetchmany(50_000):
            people = np.array([row[0] for row in rows], np.uint32)
            width = max(len(row[1]) for row in rows)
            sets.make_room(int(people.max()), width * 8 - 1)
            whole = sets.width_bytes
            packed = b"".join([row[1].ljust(whole, b"\0") for row in rows])
            bits = np.frombuffer(packed, np.uint8).reshape(-1, whole)
            sets.put(people, bits, np.array([row[2] for row in rows], np.int64))


def keep(conn: Connection, people: Uint32, rows: Bits, flip_at_ms: Int64) -> None:
    """Write whole rows."""
    if not len(people):
        return
    width, packed = rows.shape[1] * 2, rows.tobytes().hex()
    values = {
        "people": postgres.array(people.tolist()),
        "inside": [packed[i : i + width] for i in range(0, len(packed), width)],
        "flips": postgres.array(np.minimum(flip_at_ms, NEVER).tolist()),
    }
    conn.execute(_SQL.keep, values)


def erase(conn: Connection, people: Iterable[int]) -> int:
    """Forget these people's memberships; gives how many had any."""
    return conn.execute(_SQL.erase, {"people": postgres.array(people)}).rowcount


def live(conn: Connection) -> dict[int, bytes]:
    """The segments whose members are known, with the digest of what was asked."""
    return dict(conn.execute(_SQL.live).fetchall())


def filled(conn: Connection, digests: Mapping[int, bytes]) -> None:
    """The members of these segments are all known from now on."""
    values = {
        "segments": postgres.array(digests),
        "digests": [one.hex() for one in digests.values()],
        "at": clock.now(),
    }
    conn.execute(_SQL.filled, values)


def forget(conn: Connection, segments: Iterable[int]) -> None:
    """The members of these segments are no longer kept."""
    conn.execute(_SQL.forget, {"segments": postgres.array(segments)})


def be_the_one(conn: Connection, workspace: str) -> bool:
    """Whether this connection keeps the membership of the workspace; one does at a time."""
    return conn.execute(_SQL.be_the_one, {"workspace": workspace}).fetchone() == (True,)


def count(conn: Connection, segment: int) -> int:
    """How many members of a segment are kept."""
    row = conn.execute(_SQL.count, {"segment": segment}).fetchone()
    return int(row[0]) if row else 0


def members(conn: Connection, segment: int) -> Uint32:
    """Who is kept as a member of a segment, by number."""
    rows = conn.execute(_SQL.members, {"segment": segment}, binary=True).fetchall()
    return np.array([row[0] for row in rows], np.uint32)


def inside(conn: Connection, people: Collection[int], keys: Collection[str]) -> dict[int, set[str]]:
    """Those of the segments `keys` that each of `people` (heads) is in now; nobody is in one that
    is archived or still being filled."""
    values = {"people": postgres.array(people), "keys": [*keys]}
    found: dict[int, set[str]] = {}
    for person, key in conn.execute(_SQL.inside, values).fetchall():
        found.setdefault(person, set()).add(key)
    return found


def of_person(conn: Connection, person: int) -> list[tuple[str, str]]:
    """The segments a head is in, by key: (key, name); those that are still being filled are not."""
    rows = conn.execute(_SQL.of_person, {"person": person}).fetchall()
    return [(key, name) for key, name in rows]
