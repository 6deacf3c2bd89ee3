"""Reads and writes profiles, identifiers, claims and sessions, a batch at a time."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from kervan.kernel import ids, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import names, pack, traits
from kervan.profiles.sighting import Claim

_SQL = sql.load(__package__, "store.sql")
_RESERVED = 2_000
_AT_ONCE = 400
_MOST_NAMESPACES = 50
_MINUTE_MS = 60_000
Keys = dict[int, bytes]
"""{person: her wrapped key}"""


class NewPerson(NamedTuple):
    """A profile to be made: its number, whose it is (its own, when it is a head), its traits."""

    person: int
    head: int
    traits: traits.Traits


class Gain(NamedTuple):
    """An identifier a person got."""

    person: int
    claim: Claim
    at_ms: int
    source: int
    reason: str = ""


class Session(msgspec.Struct):
    """A piece of one device's visit; times are whole minutes since 1970-01-01 UTC.

    `person` is whose its anonymous events are, `signer` who signed in during it (0: nobody), from
    `sign_first` to `sign_last`; a `lead` is a signer of whom only a browser's word is known. Of a
    `new` one no table knows yet; while it is `calm` at most its end moved.
    """

    number: int
    anonymous: bytes
    first: int
    last: int
    person: int
    signer: int
    lead: bool
    sign_first: int
    sign_last: int
    new: bool = False
    calm: bool = True


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


class Numbers:
    """Numbers for new people and sessions that nobody else gets, fetched some thousands at a time.

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


def namespaces(conn: Connection) -> dict[str, int]:
    """{name: kind} of the customer ids of other systems."""
    return dict(conn.execute(_SQL.namespaces).fetchall())


def open_namespaces(conn: Connection, names_: set[str]) -> None:
    """Give new namespaces their kinds, up to 50; under a lock of the caller."""
    conn.execute(_SQL.open_namespaces, {"names": sorted(names_), "most": _MOST_NAMESPACES})


def create_people(conn: Connection, vault: WorkspaceVault, people: list[int], at_ms: int) -> Keys:
    """Insert bare profiles under the given numbers; gives their keys."""
    return insert_people(conn, vault, [NewPerson(one, one, {}) for one in people], at_ms)


def insert_people(
    conn: Connection, vault: WorkspaceVault, people: list[NewPerson], at_ms: int
) -> Keys:
    """Insert profiles with what is known of them at once; gives their keys."""
    keys: Keys = {}
    named: dict[int, traits.Traits] = {}
    if people:
        pack.copy(conn, _SQL.copy_profiles, _new_rows(vault, people, at_ms, keys, named))
        names.keep(conn, vault, named)
    return keys


def _new_rows(
    vault: WorkspaceVault,
    people: list[NewPerson],
    at_ms: int,
    keys: Keys,
    named: dict[int, traits.Traits],
) -> Iterator[bytes]:
    """Rows of new people; completes `keys`, and `named` by those who have a name."""
    for begin in range(0, len(people), _AT_ONCE):
        some = people[begin : begin + _AT_ONCE]
        fresh = vault.new_person_keys(len(some))
        told = [traits.split(one.traits) for one in some]
        known = [at for at, (personal, _) in enumerate(told) if personal]
        sealed: list[bytes | None] = [None] * len(some)
        texts = [msgspec.json.encode(told[at][0]) for at in known]
        opaque = vault.seal_many([fresh[at] for at in known], texts, b"personal")
        for at, one in zip(known, opaque, strict=True):
            sealed[at] = one
        named.update(
            (some[at].person, told[at][0])
            for at in known
            if not told[at][0].keys().isdisjoint(names.TRAITS)
        )
        outside = ids.uuid7_bytes(at_ms, len(some))
        for new, id_, key, hidden, (_, rest) in zip(
            some, outside, fresh, sealed, told, strict=True
        ):
            keys[new.person] = key
            head = new.head if new.head != new.person else 0
            yield pack.profile(new.person, id_, key, at_ms, head, hidden, msgspec.json.encode(rest))


def load_keys(conn: Connection, people: set[int], keys: Keys) -> None:
    """Complete `keys` by those of `people`."""
    missing = list(people - keys.keys())
    if missing:
        keys.update(conn.execute(_SQL.keys, {"people": postgres.array(missing)}).fetchall())


def keep_identifiers(
    conn: Connection, vault: WorkspaceVault, gained: list[Gain], keys: Keys
) -> None:
    """Insert identifiers nobody has, for crowds made at once: the first of each anchors her."""
    if not gained:
        return
    people = {one.person for one in gained}
    load_keys(conn, people, keys)
    anchored = {row[0] for row in conn.execute(_SQL.anchored, {"people": list(people)})}
    rows = []
    for one in gained:
        sealed = vault.seal(keys[one.person], one.claim.value.encode(), b"identifier")
        anchors = one.person not in anchored
        anchored.add(one.person)
        rank, atom = (0, one.person) if anchors else (3, 0)
        claim = one.claim
        rows.append(
            pack.identifier(
                one.person, claim.kind, claim.hash, sealed, one.at_ms, 0, one.source, rank, atom
            )
        )
    put_identifiers(conn, rows)


def put_identifiers(conn: Connection, rows: Iterable[bytes]) -> None:
    """Insert packed rows of identifiers."""
    pack.copy(conn, _SQL.copy_identifiers, rows)


def keep_traits(
    conn: Connection, vault: WorkspaceVault, said: dict[int, traits.Traits], keys: Keys
) -> None:
    """Merge what was said of each person into her traits, the latest event time winning."""
    if not said:
        return
    asked = {"people": postgres.array(said)}
    rows = conn.execute(_SQL.traits, asked, binary=True).fetchall()
    people: list[int] = []
    personals: list[bytes | None] = []
    others: list[traits.Traits] = []
    named: dict[int, traits.Traits] = {}
    for person, key, sealed, other in rows:
        keys[person] = key
        personal = open_personal(vault, key, sealed)
        rest = _entries(other)
        new_personal, new_rest = traits.split(said[person])
        changed = traits.merge(personal, new_personal)
        if changed and not new_personal.keys().isdisjoint(names.TRAITS):
            named[person] = personal
        if traits.merge(rest, new_rest) or changed:
            people.append(person)
            personals.append(seal_personal(vault, key, personal))
            others.append(rest)
    if people:
        changed_rows = {
            "people": postgres.array(people),
            "personal": postgres.hex_array(personals),
            "rest": msgspec.json.encode(others).decode(),
        }
        conn.execute(_SQL.keep_traits, changed_rows)
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
    return _entries(vault.open(key, sealed, b"personal"))


def _entries(text: str | bytes) -> traits.Traits:
    return {name: traits.entry(kept) for name, kept in msgspec.json.decode(text).items()}


def sessions(conn: Connection, since: dict[bytes, int]) -> list[Session]:
    """The sessions of each device that last at least until its minute in `since`, by number."""
    if not since:
        return []
    devices = list(since)
    rows = conn.execute(
        _SQL.sessions, {"hashes": uuids(devices), "since": postgres.array(since.values())}
    ).fetchall()
    return [Session(row[1], devices[row[0] - 1], *row[2:]) for row in rows]


def devices_of(conn: Connection, signers: Iterable[int]) -> list[bytes]:
    """The devices on which any of these atoms signed in."""
    people = postgres.array(signers)
    if people == "{}":
        return []
    rows = conn.execute(_SQL.devices_of, {"people": people}, binary=True).fetchall()
    return [row[0] for row in rows]


def keep_sessions(conn: Connection, changed: list[Session]) -> None:
    """Insert new sessions and write anew what changed in known ones."""
    new = [pack.session(*_fields(one)) for one in changed if one.new]
    old = [one for one in changed if not one.new]
    if new:
        pack.copy(conn, _SQL.copy_sessions, new)
    if old:
        conn.execute(
            _SQL.move_sessions,
            {
                "numbers": postgres.array(one.number for one in old),
                "first": postgres.array(one.first for one in old),
                "last": postgres.array(one.last for one in old),
                "people": postgres.array(one.person for one in old),
                "signers": postgres.array(one.signer for one in old),
                "leads": [one.lead for one in old],
                "sign_first": postgres.array(one.sign_first for one in old),
                "sign_last": postgres.array(one.sign_last for one in old),
            },
        )


def _fields(one: Session) -> tuple[int, bytes, int, int, int, int, bool, int, int]:
    return (
        one.number, one.anonymous, one.first * _MINUTE_MS, one.last * _MINUTE_MS, one.person,
        one.signer, one.lead, one.sign_first * _MINUTE_MS, one.sign_last * _MINUTE_MS,
    )  # fmt: skip
