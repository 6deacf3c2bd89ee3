"""Reads from PostgreSQL what the mirror says of people: a few questions for thousands of them."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from kervan.consent import preferences
from kervan.consent.channels import KIND_OF, country_of
from kervan.kernel import postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import facts, store, traits
from kervan.profiles.identifiers import EMAIL, PHONE
from kervan.segments.facts import CHANNELS, GRANTED_FOR_EVER_MS, REFUSED_MS, consent_key
from kervan.segments.mirror import dates

_SQL = sql.load(__package__, "read.sql")
_KINDS = {"email": EMAIL, "phone": PHONE}
_KIND_OF = {channel: _KINDS.get(kind, 0) for channel, kind in KIND_OF.items()}
_BITS = [(1 << place, _KIND_OF[channel], channel) for place, channel in enumerate(CHANNELS)]
RULES = 1
"""Raised when rows come to be made by other rules, so that all are made anew."""


class Usual(NamedTuple):
    """What holds of people of whom nothing better is known: the workspace's own."""

    country: str
    zone: str
    language: str

    @property
    def made_by(self) -> str:
        """By what rows are made; they are made anew when it changes."""
        return f"{RULES} {self.country} {self.zone} {self.language}"


@dataclass(slots=True)
class Row:
    """One row of `people`, see its table; of somebody `gone` everything else is empty.

    `zone` and `language` rest on what was said of her and on her phone's country, else on the
    workspace; what her devices say is in ClickHouse, and left out. A language she chose herself
    on her page goes before all. `country` is her phone's, else the workspace's.
    """

    person: int
    gone: bool = True
    known_since_ms: int = 0
    zone: str = ""
    language: str = ""
    country: str = ""
    birthday: int = 0
    address: int = 0
    verified: int = 0
    suppressed: int = 0
    consents: dict[str, int] = field(default_factory=dict)
    traits: dict[str, Any] = field(default_factory=dict)
    moments: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Head:
    """What is gathered of one profile; `points` are (kind, hash, proved), the best of each kind."""

    since_ms: int
    said: traits.Traits = field(default_factory=dict)
    phones: list[str] = field(default_factory=list)
    points: dict[int, tuple[uuid.UUID, bool]] = field(default_factory=dict)


def rows(conn: Connection, vault: WorkspaceVault, usual: Usual, people: Iterable[int]) -> list[Row]:
    """The rows of these people (any atoms) and of the heads of their profiles, by number.

    Several addresses of a channel: the one messages go to decides. A consent counts as it was
    said, by its own key; which of several counts for a message is for who asks.
    """
    asked = sorted(set(people))
    heads, atoms, keys = _heads(conn, vault, asked)
    _points(conn, vault, heads, atoms, keys)
    found = {head: _row(usual, head, one) for head, one in heads.items()}
    _moments(found)
    _reach(conn, heads, found)
    for head, chosen in preferences.of_people(conn, list(heads)).items():
        if chosen.language:
            found[head].language = chosen.language
    for person in asked:
        found.setdefault(person, Row(person))
    return [found[person] for person in sorted(found)]


def _heads(
    conn: Connection, vault: WorkspaceVault, people: list[int]
) -> tuple[dict[int, _Head], dict[int, int], dict[int, bytes]]:
    """The heads, the head of each of their atoms, and each atom's key."""
    heads: dict[int, _Head] = {}
    atoms: dict[int, int] = {}
    keys: dict[int, bytes] = {}
    read = conn.execute(_SQL.atoms, {"people": postgres.array(people)}, binary=True).fetchall()
    for atom, head, key, personal, said, since_ms in read:
        one = heads.get(head)
        if one is None:
            one = heads[head] = _Head(since_ms)
        one.since_ms = min(one.since_ms, since_ms)
        atoms[atom], keys[atom] = head, key
        traits.merge(one.said, store.open_personal(vault, key, personal))
        plain = msgspec.json.decode(said)
        traits.merge(one.said, {name: traits.entry(kept) for name, kept in plain.items()})
    return heads, atoms, keys


def _points(
    conn: Connection,
    vault: WorkspaceVault,
    heads: dict[int, _Head],
    atoms: dict[int, int],
    keys: dict[int, bytes],
) -> None:
    asked = {"atoms": postgres.array(atoms)}
    for atom, kind, contact, sealed, proved in conn.execute(_SQL.points, asked, binary=True):
        one = heads[atoms[atom]]
        one.points.setdefault(kind, (contact, proved))
        if kind == PHONE:
            one.phones.append(vault.open(keys[atom], sealed, b"identifier").decode())


def _row(usual: Usual, head: int, one: _Head) -> Row:
    countries = (country_of("phone", phone) for phone in one.phones)
    return Row(
        person=head,
        gone=False,
        known_since_ms=one.since_ms,
        zone=facts.zone(one.said, (), one.phones, usual.zone).value,
        language=facts.language(one.said, (), one.phones, usual.language).value,
        country=next(filter(None, countries), usual.country),
        birthday=dates.birthday(one.said),
        traits={
            name: entry[0]
            for name, entry in one.said.items()
            if entry[0] is not None and not traits.is_personal(name)
            and not dates.is_birthday(name)
        },
    )  # fmt: skip


def _moments(found: dict[int, Row]) -> None:
    some = list(found.values())
    mine = dates.moments([one.traits for one in some], [one.zone for one in some])
    for one, moments in zip(some, mine, strict=True):
        one.moments = moments


def _reach(conn: Connection, heads: dict[int, _Head], found: dict[int, Row]) -> None:
    contacts = {"contacts": postgres.uuids(
        contact for one in heads.values() for contact, _ in one.points.values()
    )}  # fmt: skip
    proved = {row[0] for row in conn.execute(_SQL.proved, contacts, binary=True)}
    blocked: dict[uuid.UUID, set[str]] = {}
    for contact, channel in conn.execute(_SQL.suppressed, contacts, binary=True):
        blocked.setdefault(contact, set()).add(channel)
    ends = {"for_ever": GRANTED_FOR_EVER_MS, "refused": REFUSED_MS}
    said: dict[uuid.UUID, list[tuple[str, str, int]]] = {}
    for contact, channel, *word, until_ms in conn.execute(
        _SQL.words, {**contacts, **ends}, binary=True
    ):
        said.setdefault(contact, []).append((channel, consent_key(channel, *word), until_ms))
    for head, one in heads.items():
        row = found[head]
        for bit, kind, channel in _BITS:
            if kind in one.points:
                contact, is_proved = one.points[kind]
                row.address |= bit
                row.verified |= bit * (is_proved or contact in proved)
                row.suppressed |= bit * (not blocked.get(contact, set()).isdisjoint((channel, "")))
        for kind, (contact, _) in one.points.items():
            for channel, key, until_ms in said.get(contact, ()):
                if _KIND_OF.get(channel) == kind:
                    row.consents[key] = until_ms
