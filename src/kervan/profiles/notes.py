"""Keeps what staff write about a person, sealed under her key."""

import uuid
from datetime import datetime
from typing import NamedTuple

from kervan.kernel import clock, ids, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read

_SQL = sql.load(__package__, "notes.sql")
LONGEST = 4_000


class Note(NamedTuple):
    """One note: on which atom, when (ms UTC), by whom, what."""

    id: uuid.UUID
    person: int
    at_ms: int
    author: str
    text: str


def add(
    conn: Connection, vault: WorkspaceVault, person: int, text: str, author: str, at_ms: int
) -> uuid.UUID:
    """Keep a note about `person` (an atom); gives its id. Raises profiles.unknown_person."""
    key = read.keys(conn, [person]).get(person)
    if key is None:
        raise KervanError("profiles.unknown_person", 404)
    note = ids.uuid7(at_ms)
    values = {
        "id": note,
        "person": person,
        "at": clock.from_ms(at_ms),
        "author": author,
        "sealed": vault.seal(key, text.encode(), _place(note)),
    }
    conn.execute(_SQL.add, values)
    return note


def of_people(
    conn: Connection, vault: WorkspaceVault, people: list[int], until: datetime, limit: int
) -> list[Note]:
    """The latest notes about these atoms up to an instant, newest first."""
    asked = {"people": people, "until": until, "limit": limit}
    return [
        Note(note, person, clock.to_ms(at), author, vault.open(key, sealed, _place(note)).decode())
        for note, person, key, at, author, sealed in conn.execute(_SQL.of_people, asked).fetchall()
    ]


def erase(conn: Connection, people: list[int], hashes: list[bytes]) -> int:
    """Delete all notes about these atoms; gives how many. `hashes` name nothing here."""
    del hashes
    return conn.execute(_SQL.erase, {"people": people}).rowcount


def _place(note: uuid.UUID) -> bytes:
    return b"note " + note.bytes
