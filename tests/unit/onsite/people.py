"""Somebody whose inbox is looked at."""

import uuid

from kervan.kernel import ids
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

VAULT = WorkspaceVault(bytes(32))


def meet(conn: Connection, number: int, *, into: int | None = None) -> None:
    """A profile of this number, merged into another where one is named."""
    conn.execute(
        "insert into profile (person, id, key, traits, created_at, merged_into)"
        " overriding system value values (%s, %s, %s, '{}', now(), %s)",
        (number, uuid.UUID(int=number), VAULT.new_person_key(), into),
    )


def put(conn: Connection, person: int, title: str, expires: str = "2027-01-01") -> uuid.UUID:
    """A message in her inbox, sealed as `put.keep` seals it."""
    row = conn.execute("select key from profile where person = %s", (person,)).fetchone()
    assert row is not None
    sealed = VAULT.seal(row[0], f'{{"title": "{title}", "body": "b"}}'.encode(), b"inbox_message")
    message = ids.uuid7()
    conn.execute(
        "insert into inbox_message (message, person, sealed, at, expires_at)"
        " values (%s, %s, %s, '2026-11-27', %s)",
        (message, person, sealed, expires),
    )
    return message
