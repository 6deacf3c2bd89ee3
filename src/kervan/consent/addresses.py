"""Finds the address behind a blind hash, so that a message goes there and nowhere else."""

import uuid
from typing import NamedTuple

from kervan.kernel import postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "addresses.sql")


class Address(NamedTuple):
    """An address in the clear, and whose it is (an atom); never log it."""

    value: str
    person: int


def find(
    conn: Connection, vault: WorkspaceVault, wanted: list[tuple[bytes, int]]
) -> dict[bytes, Address]:
    """{contact: its address} of (contact, person) pairs; what nobody has any more is left out.

    `person` (an atom) matters only for an address that is no more than claimed by her.
    """
    if not wanted:
        return {}
    rows = conn.execute(
        _SQL.addresses,
        {
            "contacts": postgres.uuids(uuid.UUID(bytes=contact) for contact, _ in wanted),
            "people": postgres.array(person for _, person in wanted),
        },
    ).fetchall()
    return {
        contact.bytes: Address(vault.open(key, sealed, b"identifier").decode(), person)
        for contact, sealed, key, person in rows
    }


def claimed(conn: Connection, people: list[int]) -> dict[int, bytes]:
    """{person: the blind hash of the e-mail address she claims}; others are left out."""
    if not people:
        return {}
    rows = conn.execute(_SQL.claimed, {"people": postgres.array(people)}).fetchall()
    return {int(person): hash_.bytes for person, hash_ in rows}
