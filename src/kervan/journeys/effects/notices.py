"""Keeps what colleagues are to be told of somebody, until it is on its way to them as a mail."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import msgspec

from kervan.collect.intake import OwnEvent
from kervan.journeys.effects import tell
from kervan.journeys.effects.effect import Doings, Wrong
from kervan.journeys.effects.fill import Fill, check
from kervan.kernel import clock, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles

_SQL = sql.load(__package__, "notices.sql")
MOST = 1_000
"""Taken at once, of all steps together."""


class Known(msgspec.Struct, frozen=True):
    """Whom a workspace could tell: addresses of its users, and roles that somebody has."""

    users: frozenset[str]
    roles: frozenset[str]


colleagues: list[Callable[[Connection], Known]] = []
"""Says whom there is to tell; wired in app/. Without it no text is refused for whom it names."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What a step wants said: templates, the language of their numbers, and to whom."""

    subject: str
    text: str
    language: str
    to: Sequence[str]
    role: str


class Words(msgspec.Struct, frozen=True):
    """What a notice says, filled in."""

    subject: str
    text: str = ""


class Whence(NamedTuple):
    """The passage a notice is about."""

    journey: str
    version: int
    step: str
    run: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """One person's passage to be told to `receivers` (addresses) and to all who have `role`."""

    key: uuid.UUID
    person: int
    whence: Whence
    receivers: list[str]
    role: str
    language: str
    words: Words = field(repr=False)


def keep(
    conn: Connection, vault: WorkspaceVault, doings: Doings, says: Callable[[int], Saying]
) -> None:
    """Write down a notice for each row (`says` by row); who cannot be told of is told so."""
    fills: dict[str, Fill] = {}
    keys = profiles.keys(conn, sorted(set(doings.person)))
    rows, words, sayings, told = list[int](), list[bytes](), list[Saying](), list[OwnEvent]()
    for row, person in enumerate(doings.person):
        saying = says(row)
        fill = fills.setdefault(saying.language, Fill(saying.language))
        context = tell.context_of(doings, row)
        try:
            subject = " ".join(fill.text(saying.subject, context).split())[:200]
            said = Words(subject, fill.text(saying.text, context))
        except KervanError as error:
            told.append(tell.failed(doings, row, error.code))
            continue
        if person in keys:
            rows.append(row)
            words.append(msgspec.json.encode(said))
            sayings.append(saying)
    some = doings.take(rows)
    sealed = [
        vault.seal(keys[person], text, _place(key))
        for person, text, key in zip(some.person, words, some.key, strict=True)
    ]
    if rows:
        _insert(conn, some, sayings, sealed)
    tell.tell(conn, told)


def problems(conn: Connection, saying: Saying) -> list[Wrong]:
    """Templates that are none, users and roles that there are not."""
    found: list[Wrong] = []
    for place, written in (("subject", saying.subject), ("text", saying.text)):
        if (error := check(written)) is not None:
            found.append((place, error.code, {**error.params, "part": place}))
    for known in (ask(conn) for ask in colleagues):
        users = [("to", one) for one in saying.to if one.strip().lower() not in known.users]
        roles = [("role", saying.role)] if saying.role and saying.role not in known.roles else []
        found += [
            (place, "journeys.notify_unknown", {"who": who[:80]}) for place, who in users + roles
        ]
    return found


def waiting(conn: Connection, vault: WorkspaceVault, limit: int = MOST) -> list[Notice]:
    """The oldest notices, held until the caller's transaction ends; what of them nobody can open
    any more is forgotten."""
    rows = conn.execute(_SQL.waiting, {"limit": limit}).fetchall()
    keys = profiles.keys(conn, sorted({row[1] for row in rows}))
    gone = [row[0] for row in rows if row[1] not in keys]
    done(conn, gone)
    found = []
    for row in rows:
        key, person, *rest, sealed = row
        if person in keys:
            words = _opened(vault, keys[person], bytes(sealed), key)
            receivers, role, language = rest[5:]
            whence = Whence(*rest[:5])
            found.append(Notice(key, person, whence, receivers, role, language, words))
    return found


def done(conn: Connection, keys: Iterable[uuid.UUID]) -> None:
    """These are on their way, or nobody is left to tell."""
    conn.execute(_SQL.done, {"keys": postgres.uuids(keys)})


def _opened(vault: WorkspaceVault, key: bytes, sealed: bytes, notice: uuid.UUID) -> Words:
    return msgspec.json.decode(vault.open(key, sealed, _place(notice.bytes)), type=Words)


def _place(key: bytes) -> bytes:
    return b"journey notice " + key


def _insert(
    conn: Connection, doings: Doings, sayings: Sequence[Saying], sealed: Sequence[bytes]
) -> None:
    conn.execute(
        _SQL.add,
        {
            "keys": postgres.uuids(uuid.UUID(bytes=key) for key in doings.key),
            "people": postgres.array(doings.person),
            "journeys": doings.journey,
            "versions": postgres.array(doings.version),
            "steps": doings.step_key,
            "runs": postgres.array(doings.run),
            "at": [clock.from_ms(at_ms) for at_ms in doings.at_ms],
            "receivers": ["\n".join(one.to) for one in sayings],
            "roles": [one.role for one in sayings],
            "languages": [one.language for one in sayings],
            "sealed": [*sealed],
        },
    )
