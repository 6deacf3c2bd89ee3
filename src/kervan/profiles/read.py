"""Reads people as the rest of the house needs them: reachable, named, with their traits."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kervan.kernel import postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import store, traits
from kervan.profiles.sighting import Reader

_SQL = sql.load(__package__, "store.sql")


@dataclass(frozen=True, slots=True)
class Person:
    """One person in the clear; never log it. Contact points are "" where there is none.

    `email_hash` is the blind index of the e-mail; `key` her wrapped key, for sealing.
    """

    person: int
    id: uuid.UUID
    key: bytes
    email: str
    email_hash: bytes
    phone: str
    first_name: str
    locale: str
    zone: str
    traits: dict[str, Any]


def contacts(conn: Connection, vault: WorkspaceVault, people: list[int]) -> dict[int, Person]:
    """The people with these numbers; unknown numbers are left out."""
    found = {}
    for row in conn.execute(_SQL.contacts, {"people": people}).fetchall():
        found[row[0]] = _person(vault, *row)
    return found


def _person(
    vault: WorkspaceVault,
    person: int,
    outside: uuid.UUID,
    key: bytes,
    personal: bytes | None,
    other: dict[str, Any],
    email_hash: uuid.UUID | None,
    email: bytes | None,
    phone: bytes | None,
) -> Person:
    mine = {name: entry[0] for name, entry in other.items() if entry[0] is not None}
    mine.update(traits.plain(store.open_personal(vault, key, personal)))
    name = mine.get("firstName") or mine.get("first_name") or mine.get("name") or ""
    return Person(
        person=person,
        id=outside,
        key=key,
        email=vault.open(key, email, b"identifier").decode() if email else "",
        email_hash=email_hash.bytes if email_hash else b"",
        phone=vault.open(key, phone, b"identifier").decode() if phone else "",
        first_name=str(name),
        locale=str(mine.get("language") or mine.get("locale") or "")[:2].lower(),
        zone=str(mine.get("timezone") or ""),
        traits=mine,
    )


def heads(conn: Connection, people: Iterable[int]) -> dict[int, int]:
    """{atom: the head its profile belongs to today}; an atom that is not merged is its own head.

    An atom is a row of `profile`: the events of one anchoring identifier. 0 (nobody) is left out.
    """
    found = {person: person for person in people if person}
    if found:
        rows = conn.execute(_SQL.heads, {"people": postgres.array(found)})
        found.update(rows.fetchall())
    return found


def parts(conn: Connection, head: int) -> list[int]:
    """All atoms of the profile of `head`, itself first, the others by number."""
    rows = conn.execute(_SQL.parts, {"head": head}).fetchall()
    return [head, *(int(row[0]) for row in rows)]


def keys(conn: Connection, people: list[int]) -> dict[int, bytes]:
    """{person: her wrapped key}, for sealing; unknown people are left out."""
    return dict(conn.execute(_SQL.keys, {"people": people}).fetchall())


def by_id(conn: Connection, outside: uuid.UUID) -> int:
    """The number of the person with this UUID, 0 when there is none."""
    row = conn.execute(_SQL.by_id, {"id": outside}).fetchone()
    return int(row[0]) if row else 0


def by_identifier(
    conn: Connection, vault: WorkspaceVault, country: str, kind: int, value: str
) -> list[uuid.UUID]:
    """The UUIDs of those who own an identifier (`kind` of identifiers.py); empty for nobody's.

    `value` is taken as events give it: it is normalised first, a phone number by `country`. What
    somebody only claims is not hers.
    """
    claim = Reader(vault, country).claim(kind, value)
    owners = store.owners(conn, [claim] if claim else [])
    rows = conn.execute(_SQL.ids_of, {"people": list(owners.values())}).fetchall()
    return [row[0] for row in rows]


def sessions(conn: Connection, person: int, limit: int = 1_000) -> list[int]:
    """The numbers of the anonymous visits that turned out to be hers, the latest first."""
    rows = conn.execute(_SQL.sessions_of, {"person": person, "limit": limit}).fetchall()
    return [int(row[0]) for row in rows]


def count(conn: Connection) -> int:
    """How many people there are."""
    row = conn.execute(_SQL.count).fetchone()
    return int(row[0]) if row else 0
