"""Reads people as the rest of the house needs them: reachable, named, with their traits."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from kervan.kernel import postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import store, traits
from kervan.profiles.sighting import Reader

_SQL = sql.load(__package__, "store.sql")


@dataclass(frozen=True, slots=True)
class Person:
    """One person in the clear; never log it. Contact points are "" where there is none.

    `email_hash` and `phone_hash` are their blind indexes; `key` her wrapped key, for sealing.
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
    phone_hash: bytes = b""


def contacts(conn: Connection, vault: WorkspaceVault, people: list[int]) -> dict[int, Person]:
    """The people with these numbers, each with what all atoms of her profile say of her.

    Of a trait the latest word counts, whichever atom it was said of. Unknown numbers are left out.
    """
    others: dict[int, list[_Atom]] = {}
    for row in conn.execute(_SQL.other_atoms, {"people": people}).fetchall():
        others.setdefault(row[0], []).append(_Atom(*row[1:]))
    found = {}
    for row in conn.execute(_SQL.contacts, {"people": people}).fetchall():
        person, outside, key, personal, said, *points = row
        atoms = [_Atom(person, key, personal, said), *others.get(person, ())]
        found[person] = _person(vault, outside, atoms, *points)
    return found


class _Atom(NamedTuple):
    person: int
    key: bytes
    personal: bytes | None
    traits: dict[str, Any]


def _person(
    vault: WorkspaceVault,
    outside: uuid.UUID,
    atoms: list[_Atom],
    email_hash: uuid.UUID | None,
    email_of: int | None,
    email: bytes | None,
    phone_hash: uuid.UUID | None,
    phone_of: int | None,
    phone: bytes | None,
) -> Person:
    said: traits.Traits = {}
    for atom in atoms:
        traits.merge(said, {name: traits.entry(kept) for name, kept in atom.traits.items()})
        traits.merge(said, store.open_personal(vault, atom.key, atom.personal))
    mine = traits.plain(said)
    keys = {atom.person: atom.key for atom in atoms}

    def opened(atom: int | None, sealed: bytes | None) -> str:
        if atom is None or sealed is None:
            return ""
        return vault.open(keys[atom], sealed, b"identifier").decode()

    name = mine.get("firstName") or mine.get("first_name") or mine.get("name") or ""
    return Person(
        person=atoms[0].person,
        id=outside,
        key=atoms[0].key,
        email=opened(email_of, email),
        email_hash=email_hash.bytes if email_hash else b"",
        phone=opened(phone_of, phone),
        first_name=str(name),
        locale=str(mine.get("language") or mine.get("locale") or "")[:2].lower(),
        zone=str(mine.get("timezone") or ""),
        traits=mine,
        phone_hash=phone_hash.bytes if phone_hash else b"",
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


def by_ids(conn: Connection, outside: Iterable[uuid.UUID]) -> list[int]:
    """The numbers of the people with these UUIDs, in no order; unknown ones are left out."""
    rows = conn.execute(_SQL.by_ids, {"ids": list(outside)}).fetchall()
    return [int(row[0]) for row in rows]


def by_identifier(
    conn: Connection, vault: WorkspaceVault, country: str, kind: int, value: str
) -> list[uuid.UUID]:
    """The UUIDs of those whose profile owns an identifier; empty for nobody's.

    `kind` is one of identifiers.py, `value` is taken as events give it: it is normalised first, a
    phone number by `country`. What somebody only claims is not hers.
    """
    claim = Reader(vault, country).claim(kind, value)
    owners = store.owners(conn, [claim] if claim else [])
    rows = conn.execute(_SQL.ids_of, {"people": list(owners.values())}).fetchall()
    return [row[0] for row in rows]


def sessions(conn: Connection, person: int, limit: int = 1_000) -> list[int]:
    """The numbers of the anonymous visits that turned out to be hers, the latest first."""
    mine = {"people": parts(conn, person), "limit": limit}
    rows = conn.execute(_SQL.sessions_of, mine).fetchall()
    return [int(row[0]) for row in rows]


def count(conn: Connection) -> int:
    """How many people there are."""
    row = conn.execute(_SQL.count).fetchone()
    return int(row[0]) if row else 0
