"""Imported lists: says who is on one, first in PostgreSQL, then in history, killed or not."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
from clickhouse_connect.driver.client import Client

from kervan.kernel import i18n, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers
from kervan.profiles import store as profiles
from kervan.profiles.sighting import Claim, Reader
from kervan.segments.definitions import store

_SQL = sql.load(__package__, "lists.sql")
LIMIT_ENTRIES = 10_000
_WORDS_AT_ONCE = 50


class Entries(msgspec.Struct, forbid_unknown_fields=True):
    """Whom a change names, by each kind of name; `person` are public ids."""

    customer_id: list[Any] = []
    email: list[Any] = []
    phone: list[Any] = []
    person: list[Any] = []

    def __len__(self) -> int:
        return len(self.customer_id) + len(self.email) + len(self.phone) + len(self.person)


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """Who is to be on the list, and who no more; whom both name is no more."""

    add: Entries = msgspec.field(default_factory=Entries)
    remove: Entries = msgspec.field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that was not taken: where it stands (`add.email[3]`), and why."""

    path: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def say(self, locale: str = "en") -> str:
        """The reason as a sentence."""
        return i18n.say(self.code, locale, path=self.path, **self.facts)


@dataclass(slots=True)
class Taken:
    """How many people a change named on each side, and which entries named nobody."""

    added: int = 0
    removed: int = 0
    refused: list[Refused] = field(default_factory=list)


_KINDS = {
    "customer_id": identifiers.CUSTOMER,
    "email": identifiers.EMAIL,
    "phone": identifiers.PHONE,
}
BAD, UNKNOWN = "segments.entry_bad", "segments.entry_unknown"


def record(
    conn: Connection, vault: WorkspaceVault, country: str, key: str, wanted: Change, at: datetime
) -> Taken:
    """Write down who comes onto a list and who leaves it; `step` tells history.

    What names nobody is reported, all else is taken; the same again changes nothing. Raises
    segments.not_found (404), segments.is_no_list, segments.is_archived (409) and
    segments.too_many_entries (422).
    """
    known = open_list(conn, key)
    if len(wanted.add) + len(wanted.remove) > LIMIT_ENTRIES:
        raise KervanError("segments.too_many_entries", status=422, limit=LIMIT_ENTRIES)
    reader = Reader(vault, country)
    taken = Taken()
    add = _people(conn, reader, "add", wanted.add, taken.refused)
    remove = _people(conn, reader, "remove", wanted.remove, taken.refused)
    taken.added, taken.removed = len(add), len(remove)
    for people, gone in ((add, False), (remove, True)):
        put(conn, known.number, people, at, gone=gone)
    return taken


def open_list(conn: Connection, key: str) -> store.Segment:
    """A list that people may come onto. Raises segments.not_found (404), segments.is_no_list and
    segments.is_archived (409)."""
    known = store.get(conn, key)
    if known.sort != "list":
        raise KervanError("segments.is_no_list", status=409, key=key)
    if known.state != store.ACTIVE:
        raise KervanError("segments.is_archived", status=409, key=key)
    return known


def put(
    conn: Connection, number: int, people: Collection[int], at: datetime, *, gone: bool
) -> None:
    """Write down that people (by number) come onto a list or leave it; `step` tells history."""
    if gone and people:
        # A profile leaves whole: whichever of its atoms came onto the list.
        rows = conn.execute(_SQL.whole_profiles, {"people": postgres.array(people)})
        people = {int(person) for (person,) in rows}
    if people:
        args = {"list": number, "people": postgres.array(sorted(people)), "gone": gone, "at": at}
        conn.execute(_SQL.add_word, args)


def step(conn: Connection, history: Client) -> bool:
    """Tell history some of what it does not know yet; True when there may be more.

    The caller commits. Cut off after the rows are in history, they are written again under the
    same versions, which changes nothing.
    """
    words = conn.execute(_SQL.take_words, {"limit": _WORDS_AT_ONCE}).fetchall()
    if not words:
        return False
    sizes = [len(people) for _, _, people, _ in words]
    versions, of_list, people, gone = zip(*words, strict=True)
    columns = {
        "list": np.repeat(np.array(of_list, np.uint32), sizes),
        "person": np.concatenate([np.array(some, np.uint32) for some in people]),
        "version": np.repeat(np.array(versions, np.uint64), sizes),
        "gone": np.repeat(np.array(gone, np.uint8), sizes),
    }
    table, sink = pa.table(columns), pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    block = sink.getvalue().to_pybytes()
    history.raw_insert("list_members", list(columns), insert_block=block, fmt="ArrowStream")
    # Membership that is kept live asks anew about whom something touched.
    conn.execute(_SQL.touch, {"people": postgres.array(np.unique(columns["person"]).tolist())})
    return len(words) == _WORDS_AT_ONCE


def waiting(conn: Connection, number: int) -> int:
    """How many changes of this list history does not have yet."""
    row = conn.execute(_SQL.waiting, {"list": number}).fetchone()
    return int(row[0]) if row else 0


def public_ids(
    conn: Connection, people: Iterable[int], at_once: int = 10_000
) -> Iterator[list[tuple[int, uuid.UUID]]]:
    """(number, public id) of the heads of these people, some at a time."""
    every = np.fromiter(people, np.int64)
    for start in range(0, len(every), at_once):
        some = postgres.array(every[start : start + at_once].tolist())
        yield conn.execute(_SQL.public_ids, {"people": some}).fetchall()


def _people(
    conn: Connection, reader: Reader, side: str, entries: Entries, refused: list[Refused]
) -> set[int]:
    found = _by_ids(conn, side, entries.person, refused)
    claims: list[tuple[str, Claim]] = []
    for word, kind in _KINDS.items():
        for place, value in enumerate(getattr(entries, word)):
            path = f"{side}.{word}[{place}]"
            claim = reader.claim(kind, value)
            if claim is None:
                refused.append(Refused(path, BAD))
            else:
                claims.append((path, claim))
    owners = profiles.owners(conn, list({claim for _, claim in claims}))
    refused += [Refused(path, UNKNOWN) for path, claim in claims if claim not in owners]
    return found | set(owners.values())


def _by_ids(conn: Connection, side: str, entries: list[Any], refused: list[Refused]) -> set[int]:
    asked: dict[str, uuid.UUID] = {}
    for place, value in enumerate(entries):
        path = f"{side}.person[{place}]"
        try:
            asked[path] = uuid.UUID(value)
        except (ValueError, AttributeError, TypeError):
            refused.append(Refused(path, BAD))
    rows = conn.execute(_SQL.people_of_ids, {"ids": postgres.uuids(set(asked.values()))})
    known: dict[uuid.UUID, int] = dict(rows.fetchall())
    refused += [Refused(path, UNKNOWN) for path, one in asked.items() if one not in known]
    return set(known.values())
