"""Erases people from the profile tables, and first says by what the other rooms know them."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from kervan.kernel import sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers, read

_SQL = sql.load(__package__, "erase.sql")


@dataclass(frozen=True, slots=True)
class Subject:
    """One person as she is now: her atoms (head first), visits and blind hashes.

    `contacts` are the hashes of her e-mails and phones, by `kind` of identifiers.py; `texts` are
    the values of all her identifiers in the clear, to find her where nothing is indexed: never
    stored, never logged.
    """

    head: int
    people: list[int]
    sessions: list[int]
    hashes: list[bytes]
    contacts: list[bytes]
    texts: list[str]


def subject(conn: Connection, vault: WorkspaceVault, head: int) -> Subject:
    """Who `head` is, with all its atoms."""
    people = read.parts(conn, head)
    keys = read.keys(conn, people)
    rows = conn.execute(_SQL.identifiers, {"people": people}).fetchall()
    return Subject(
        head,
        people,
        [int(row[0]) for row in conn.execute(_SQL.sessions, {"people": people}).fetchall()],
        [value.bytes for _, value, _, _ in rows],
        [
            value.bytes
            for kind, value, _, _ in rows
            if kind in (identifiers.EMAIL, identifiers.PHONE)
        ],
        sorted(
            {
                vault.open(keys[owner], sealed, b"identifier").decode()
                for _, _, owner, sealed in rows
            }
        ),
    )


def erase(conn: Connection, people: list[int], hashes: list[bytes]) -> int:
    """Destroy the keys of `people` and delete their rows, in the caller's transaction.

    What others claimed of these `hashes` goes too: it is sealed under keys that stay. Gives how
    many rows went.
    """
    values = {"people": people, "hashes": [uuid.UUID(bytes=one) for one in hashes]}
    return sum(conn.execute(getattr(_SQL, name), values).rowcount for name in _DELETES)


_DELETES = (
    "delete_names",
    "delete_tokens",
    "delete_claims",
    "delete_identifiers",
    "delete_sessions",
    "forget_decisions",
    "delete_profiles",
)


def expire_visits(conn: Connection, before: datetime, limit: int) -> int:
    """Forget anonymous visits that ended before `before`, at most `limit`; gives how many."""
    return conn.execute(_SQL.expire_visits, {"before": before, "limit": limit}).rowcount
