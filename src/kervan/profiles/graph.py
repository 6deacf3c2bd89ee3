"""Loads what is known of claims and whose they are, and stores what was decided anew."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from kervan.kernel import clock, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import pack, settle, store
from kervan.profiles.settle import Edge, Link, Value
from kervan.profiles.sighting import ALIAS_REFUSED, Claim

_SQL = sql.load(__package__, "graph.sql")
_ENOUGH = settle.MOST_CLAIMANTS + 4

Name = tuple[int, Value]
"""What an edge is known by: its atom and the identifier it claims."""


class Known(NamedTuple):
    """The claim that owns an identifier, and the atom anchored there (0: none)."""

    person: int
    atom: int
    rank: int
    first_ms: int
    verified_ms: int


class Stored(msgspec.Struct, gc=False):
    """An edge as it is stored: `reason` is "" for the one that owns its identifier."""

    edge: Edge
    reason: str
    anchored: int


class Decision(NamedTuple):
    """One entry of the log: what was decided about `person` and `other`, over which value."""

    what: str
    person: int
    other: int
    value: Value | None
    reason: str
    actor: str = ""


def known(conn: Connection, claims: list[Claim]) -> dict[Claim, Known | None]:
    """Who owns each claim, None when it is claimed and nobody does; others are left out."""
    if not claims:
        return {}
    asked = {
        "kinds": postgres.array([one.kind for one in claims]),
        "hashes": store.uuids([one.hash for one in claims]),
    }
    rows = conn.execute(_SQL.known, asked).fetchall()
    return {claims[row[0] - 1]: None if row[1] is None else Known(*row[1:]) for row in rows}


def _values(values: Sequence[Value]) -> dict[str, object]:
    return {
        "kinds": postgres.array(kind for kind, _ in values),
        "hashes": store.uuids(hash_ for _, hash_ in values),
    }


def _names(names: Sequence[Name]) -> dict[str, object]:
    return {
        "people": postgres.array(atom for atom, _ in names),
        **_values([value for _, value in names]),
    }


def claimed(conn: Connection, names: list[Name]) -> dict[Name, tuple[int, int, int]]:
    """(rank, first_ms, verified_ms) of those edges that are claims and do not own."""
    if not names:
        return {}
    rows = conn.execute(_SQL.claimed, _names(names)).fetchall()
    return {names[row[0] - 1]: (row[1], row[2], row[3]) for row in rows}


def of_atoms(conn: Connection, atoms: Iterable[int]) -> list[Stored]:
    """All joining edges of these atoms."""
    rows = conn.execute(_SQL.of_atoms, {"people": postgres.array(atoms)}, binary=True)
    return _stored(rows.fetchall())


def of_values(conn: Connection, values: Sequence[Value]) -> list[Stored]:
    """The joining edges on these identifiers; of one in quarantine some."""
    rows = conn.execute(_SQL.of_values, {**_values(values), "limit": _ENOUGH}, binary=True)
    return _stored(rows.fetchall())


def _stored(rows: list[tuple[int, int, bytes, int, int, int, str, int]]) -> list[Stored]:
    return [
        Stored(Edge(atom, (kind, hash_), rank, first_ms, verified_ms), reason, anchored)
        for atom, kind, hash_, rank, first_ms, verified_ms, reason, anchored in rows
    ]


def links(conn: Connection, atoms: Iterable[int]) -> list[Link]:
    """What operators said of these atoms and it still holds."""
    rows = conn.execute(_SQL.links, {"people": postgres.array(atoms)}).fetchall()
    return [Link(one, other, at_ms, number) for number, one, other, at_ms in rows]


class Sealed(NamedTuple):
    """An identifier's value under its atom's key, and the source that gave it."""

    sealed: bytes
    source: int


def take(conn: Connection, owned: list[Name], others: list[Name]) -> dict[Name, Sealed]:
    """Take rows out of their tables, to be put back changed: those that own, those that do not."""
    found: dict[Name, Sealed] = {}
    if owned:
        asked = _values([value for _, value in owned])
        for ordinal, sealed, source in conn.execute(_SQL.take_identifiers, asked, binary=True):
            found[owned[ordinal - 1]] = Sealed(sealed, source)
    if others:
        for ordinal, sealed, source in conn.execute(_SQL.take_claims, _names(others), binary=True):
            found[others[ordinal - 1]] = Sealed(sealed, source)
    return found


def put_claims(conn: Connection, rows: Iterable[bytes]) -> None:
    """Insert packed rows of claims."""
    pack.copy(conn, _SQL.copy_claims, rows)


class Said(NamedTuple):
    """What joins nobody and is kept all the same, with the reason why."""

    person: int
    claim: Claim
    at_ms: int
    source: int
    reason: str


def keep_said(
    conn: Connection, vault: WorkspaceVault, said: list[Said], keys: store.Keys
) -> list[Decision]:
    """Keep what was said of people and not believed, once per person and value.

    Gives a decision for each that is new; a browser's word that two ids are one is one only when
    the other is known.
    """
    once = {(one.person, one.claim): one for one in reversed(said)}
    if not once:
        return []
    some = list(once.values())
    store.load_keys(conn, {one.person for one in some}, keys)
    rows = conn.execute(
        _SQL.keep_said,
        {
            "people": [one.person for one in some],
            "kinds": [one.claim.kind for one in some],
            "hashes": store.uuids(one.claim.hash for one in some),
            "sealed": [
                vault.seal(keys[one.person], one.claim.value.encode(), b"identifier")
                for one in some
            ],
            "at": [clock.from_ms(one.at_ms) for one in some],
            "sources": [one.source for one in some],
            "ranks": [settle.UNVERIFIED] * len(some),
            "reasons": [one.reason for one in some],
        },
        binary=True,
    ).fetchall()
    return [
        Decision("refused", person, owner, (kind, hash_), reason)
        for person, owner, kind, hash_, reason in rows
        if owner or reason != ALIAS_REFUSED
    ]


def holders(conn: Connection, names: list[Name]) -> list[tuple[int, Edge]]:
    """The edges by which any atom of each person says the value is hers, with the place in `names`.

    A browser's word is one too, of rank UNVERIFIED.
    """
    rows = conn.execute(_SQL.holders, _names(names)).fetchall()
    return [
        (ordinal - 1, Edge(atom, names[ordinal - 1][1], rank, first_ms, verified_ms))
        for ordinal, atom, rank, first_ms, verified_ms in rows
    ]


def move(conn: Connection, heads: dict[int, int]) -> None:
    """Write whose profile these atoms belong to now."""
    if heads:
        asked = {"people": postgres.array(heads), "heads": postgres.array(heads.values())}
        conn.execute(_SQL.move, asked)


def note(conn: Connection, decisions: list[Decision], at_ms: int) -> None:
    """Add to the log of decisions."""
    if not decisions:
        return
    pack.copy(
        conn,
        _SQL.note,
        [
            pack.decision(at_ms, one.what, one.person, one.other, one.value, one.reason, one.actor)
            for one in decisions
        ],
    )
