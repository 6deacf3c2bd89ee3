"""Gathers whole profiles: the traits and identifiers of all atoms of a head, in the clear."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kervan.kernel import postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers as kinds
from kervan.profiles import store
from kervan.profiles import traits as said

_SQL = sql.load(__package__, "gather.sql")
_MOST_CLAIMS = 500


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifier in the clear; with a `reason` it is only claimed.

    `kind` is a word (customer_id, email ...), `source` a source's number, `hash` its blind index.
    """

    kind: str
    value: str
    hash: bytes
    claimed_at: datetime
    verified_at: datetime | None
    source: int
    reason: str = ""


@dataclass(slots=True)
class Profile:
    """One profile: its head, public id, atoms (the head first), traits and identifiers.

    Of the traits of several atoms the latest by event time counts. Never log it.
    """

    head: int
    id: uuid.UUID
    created_at: datetime
    atoms: list[int] = field(default_factory=list)
    traits: said.Traits = field(default_factory=dict)
    identifiers: list[Identifier] = field(default_factory=list)
    claims: list[Identifier] = field(default_factory=list)


def gather(
    conn: Connection, vault: WorkspaceVault, heads: list[int], *, claims: bool = True
) -> dict[int, Profile]:
    """The profiles of these heads; unknown numbers are left out. `claims`: also what is claimed."""
    rows = conn.execute(_SQL.atoms, {"heads": postgres.array(heads)}).fetchall()
    found = {row[1]: Profile(row[1], row[2], row[6]) for row in rows if row[0] == row[1]}
    keys: dict[int, bytes] = {}
    head_of: dict[int, int] = {}
    for person, head, _, key, personal, other, _ in rows:
        mine = found.get(head)
        if mine is None:
            continue
        keys[person], head_of[person] = key, head
        mine.atoms.insert(0 if person == head else len(mine.atoms), person)
        said.merge(mine.traits, store.open_personal(vault, key, personal))
        said.merge(mine.traits, {name: said.entry(kept) for name, kept in other.items()})
    people = {"people": postgres.array(keys), "limit": _MOST_CLAIMS * max(len(heads), 1)}
    for row in conn.execute(_SQL.identifiers, people).fetchall():
        one = _identifier(vault, keys[row[0]], *row[1:])
        if one is not None:
            found[head_of[row[0]]].identifiers.append(one)
    for row in conn.execute(_SQL.claims, people).fetchall() if claims else ():
        one = _identifier(vault, keys[row[0]], *row[1:])
        if one is not None:
            found[head_of[row[0]]].claims.append(one)
    return found


def _identifier(
    vault: WorkspaceVault, key: bytes, kind: int, hash_: uuid.UUID, sealed: bytes, *facts: Any
) -> Identifier | None:
    if kind == kinds.LEAD:
        return None  # stands for a browser, and says nothing by itself
    word = kinds.KIND_NAMES.get(kind, f"customer_id.{kind}")
    value = vault.open(key, sealed, b"identifier").decode("utf-8", "surrogatepass")
    return Identifier(word, value, hash_.bytes, *facts)


def everybody(
    conn: Connection, vault: WorkspaceVault, batch: int = 1_000
) -> Iterator[list[Profile]]:
    """All profiles, `batch` at a time, in the order of their numbers; without mere claims."""
    after = 0
    while True:
        rows = conn.execute(_SQL.heads_after, {"after": after, "limit": batch}).fetchall()
        if not rows:
            return
        heads = [row[0] for row in rows]
        after = heads[-1]
        found = gather(conn, vault, heads, claims=False)
        yield [found[head] for head in heads if head in found]


def visits(conn: Connection, atoms: list[int], limit: int = 1_000) -> list[int]:
    """The numbers of the anonymous visits that are these atoms', the latest first."""
    rows = conn.execute(_SQL.visits, {"people": postgres.array(atoms), "limit": limit}).fetchall()
    return [int(row[0]) for row in rows]
