"""Reads and writes profiles, identifiers, claims and sessions, a batch at a time."""

import uuid
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from psycopg.types.json import Jsonb

from kervan.kernel import clock, ids, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import names, traits
from kervan.profiles.sighting import Claim

_SQL = sql.load(__package__, "store.sql")
_RESERVED = 500
Keys = dict[int, bytes]
"""{person: her wrapped key}"""


class Gain(NamedTuple):
    """An identifier a person got, or (with a reason) only claimed."""

    person: int
    claim: Claim
    at_ms: int
    source: int
    reason: str


class Session(msgspec.Struct):
    """One visit of one anonymous id."""

    number: int
    anonymous: bytes
    first_ms: int
    last_ms: int
    person: int
    new: bool = False


def uuids(hashes: Iterable[bytes]) -> str:
    """16-byte values as the text of a uuid[]: five times as fast as a list of UUID objects."""
    return "{" + ",".join([one.hex() for one in hashes]) + "}"


def owners(conn: Connection, claims: list[Claim]) -> dict[Claim, int]:
    """Who owns each claim; claims of nobody are left out."""
    if not claims:
        return {}
    rows = conn.execute(
        _SQL.owners,
        {"kinds": postgres.array(c.kind for c in claims), "hashes": uuids(c.hash for c in claims)},
    ).fetchall()
    return {claims[ordinal - 1]: person for ordinal, person in rows}


def customers(conn: Connection, people: set[int]) -> set[int]:
    """Those of `people` who have a customer id."""
    if not people:
        return set()
    return {row[0] for row in conn.execute(_SQL.customers, {"people": postgres.array(people)})}


class Numbers:
    """Numbers for new people and sessions that nobody else gets, fetched a few hundred at a time.

    Kept from batch to batch: they have to stay dense, for arrays and bitmaps are made of them.
    Those of a batch that was rolled back, or left at the end, are skipped.
    """

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._people: list[int] = []
        self._sessions: list[int] = []

    def person(self) -> int:
        """The next free number of a person."""
        return self._take(self._people, _SQL.reserve_people)

    def session(self) -> int:
        """The next free number of a session."""
        return self._take(self._sessions, _SQL.reserve_sessions)

    def _take(self, free: list[int], statement: str) -> int:
        if not free:
            rows = self._conn.execute(statement, {"count": _RESERVED}).fetchall()
            free += [row[0] for row in reversed(rows)]
        return free.pop()


def create_people(conn: Connection, vault: WorkspaceVault, people: list[int], at_ms: int) -> Keys:
    """Insert profiles under the given numbers; gives their keys."""
    keys = {person: vault.new_person_key() for person in people}
    if people:
        at = clock.from_ms(at_ms)
        with conn.cursor().copy(_SQL.copy_profiles) as rows:
            rows.set_types(["int4", "uuid", "bytea", "timestamptz"])
            for person, key in keys.items():
                rows.write_row((person, ids.uuid7(at_ms), key, at))
    return keys


def _load_keys(conn: Connection, people: set[int], keys: Keys) -> None:
    missing = list(people - keys.keys())
    if missing:
        keys.update(conn.execute(_SQL.keys, {"people": postgres.array(missing)}).fetchall())


def keep_identifiers(
    conn: Connection, vault: WorkspaceVault, gained: list[Gain], keys: Keys
) -> None:
    """Insert identifiers nobody owned; the resolve lock keeps it so until the commit."""
    if not gained:
        return
    _load_keys(conn, {one.person for one in gained}, keys)
    with conn.cursor().copy(_SQL.copy_identifiers) as rows:
        rows.set_types(["int2", "uuid", "int4", "bytea", "timestamptz", "int4"])
        for one in gained:
            sealed = vault.seal(keys[one.person], one.claim.value.encode(), b"identifier")
            rows.write_row(
                (
                    one.claim.kind,
                    uuid.UUID(bytes=one.claim.hash),
                    one.person,
                    sealed,
                    clock.from_ms(one.at_ms),
                    one.source,
                )
            )


def keep_claims(conn: Connection, vault: WorkspaceVault, claimed: list[Gain], keys: Keys) -> None:
    """Keep what was claimed and not granted, once per person and value."""
    if not claimed:
        return
    _load_keys(conn, {one.person for one in claimed}, keys)
    conn.execute(_SQL.keep_claims, _columns(vault, claimed, keys))


def _columns(vault: WorkspaceVault, gains: list[Gain], keys: Keys) -> dict[str, object]:
    return {
        "kinds": [one.claim.kind for one in gains],
        "hashes": uuids(one.claim.hash for one in gains),
        "people": [one.person for one in gains],
        "sealed": [
            vault.seal(keys[one.person], one.claim.value.encode(), b"identifier") for one in gains
        ],
        "at": [clock.from_ms(one.at_ms) for one in gains],
        "sources": [one.source for one in gains],
        "reasons": [one.reason for one in gains],
    }


def keep_traits(
    conn: Connection, vault: WorkspaceVault, said: dict[int, traits.Traits], keys: Keys
) -> None:
    """Merge what was said of each person into her traits, the latest event time winning."""
    if not said:
        return
    rows = conn.execute(_SQL.traits, {"people": postgres.array(said)}).fetchall()
    people, personals, others = [], [], []
    named: dict[int, traits.Traits] = {}
    for person, key, sealed, other in rows:
        keys[person] = key
        personal = open_personal(vault, key, sealed)
        rest = {name: traits.entry(kept) for name, kept in other.items()}
        new_personal, new_rest = traits.split(said[person])
        changed = traits.merge(personal, new_personal)
        if changed and not new_personal.keys().isdisjoint(names.TRAITS):
            named[person] = personal
        if traits.merge(rest, new_rest) or changed:
            people.append(person)
            personals.append(seal_personal(vault, key, personal))
            others.append(Jsonb(rest))
    if people:
        conn.execute(_SQL.keep_traits, {"people": people, "personal": personals, "rest": others})
    names.keep(conn, vault, named)


def seal_personal(vault: WorkspaceVault, key: bytes, personal: traits.Traits) -> bytes | None:
    """Personal traits as the profile row keeps them."""
    if not personal:
        return None
    return vault.seal(key, msgspec.json.encode(personal), b"personal")


def open_personal(vault: WorkspaceVault, key: bytes, sealed: bytes | None) -> traits.Traits:
    """What `seal_personal` made."""
    if sealed is None:
        return {}
    opened = msgspec.json.decode(vault.open(key, sealed, b"personal"))
    return {name: traits.entry(kept) for name, kept in opened.items()}


def sessions(conn: Connection, hashes: list[bytes], from_ms: int, to_ms: int) -> list[Session]:
    """Visits of these anonymous ids that touch the time between `from_ms` and `to_ms`."""
    rows = conn.execute(
        _SQL.sessions,
        {"hashes": uuids(hashes), "from": clock.from_ms(from_ms), "to": clock.from_ms(to_ms)},
    ).fetchall()
    return [
        Session(number, hashes[ordinal - 1], first_ms, last_ms, person)
        for ordinal, number, first_ms, last_ms, person in rows
    ]


def keep_sessions(conn: Connection, changed: list[Session]) -> None:
    """Insert new visits and move the ends and owners of known ones."""
    new = [one for one in changed if one.new]
    old = [one for one in changed if not one.new]
    if new:
        with conn.cursor().copy(_SQL.copy_sessions) as rows:
            rows.set_types(["int8", "uuid", "timestamptz", "timestamptz", "int4"])
            for one in new:
                rows.write_row(
                    (
                        one.number,
                        uuid.UUID(bytes=one.anonymous),
                        clock.from_ms(one.first_ms),
                        clock.from_ms(one.last_ms),
                        one.person,
                    )
                )
    if old:
        conn.execute(
            _SQL.move_sessions,
            {
                "numbers": postgres.array(one.number for one in old),
                "first": postgres.array(one.first_ms for one in old),
                "last": postgres.array(one.last_ms for one in old),
                "people": postgres.array(one.person for one in old),
            },
        )
