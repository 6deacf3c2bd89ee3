"""Keeps who waits for a fresh state of an address, and shows an operator how the outbox stands."""

import uuid
from collections.abc import Iterable
from typing import Any, NamedTuple

from kervan.consent.registry import outbox
from kervan.consent.registry.account import Account
from kervan.kernel import postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "fresh.sql")


def wanted(
    conn: Connection, vault: WorkspaceVault, account: Account, count: int
) -> tuple[str, str, dict[str, bytes]]:
    """Addresses of one type and recipient type to ask about: {recipient: contact}.

    Addresses that nobody can open any more are forgotten here.
    """
    params = {"brand": account.brand, "count": count}
    kind = recipient_type = ""
    found: dict[str, bytes] = {}
    gone = []
    for contact, its_kind, its_type, sealed, key in conn.execute(_SQL.wanted, params).fetchall():
        recipient, _ = outbox.reveal(vault, sealed, key)
        if not recipient:
            gone.append((contact.bytes, its_kind, its_type))
        elif not found or (its_kind, its_type) == (kind, recipient_type):
            kind, recipient_type = its_kind, its_type
            found[recipient] = contact.bytes
    answered(conn, account, gone)
    return kind, recipient_type, found


def answered(conn: Connection, account: Account, some: Iterable[tuple[bytes, str, str]]) -> None:
    """These (contact, type, recipient type) were asked about; nobody waits for them any more."""
    rows = list(some)
    if rows:
        params = {
            "contacts": postgres.uuids(uuid.UUID(bytes=row[0]) for row in rows),
            "types": [row[1] for row in rows],
            "recipient_types": [row[2] for row in rows],
        }
        conn.execute(_SQL.answered, {"brand": account.brand, **params})


class Overview(NamedTuple):
    """An account's outbox for an operator: rows by state, how many are late, those in trouble."""

    counts: dict[str, int]
    late: int
    troubled: list[tuple[Any, ...]]


def overview(conn: Connection, brand: str, count: int = 20) -> Overview:
    """How many rows are in each state, and the youngest `count` that an operator has to see."""
    counts: dict[str, int] = {}
    late = 0
    for state, number, alarmed in conn.execute(_SQL.counts, {"brand": brand}).fetchall():
        counts[state] = number
        late += alarmed
    troubled = conn.execute(_SQL.troubled, {"brand": brand, "count": count}).fetchall()
    return Overview(counts, late, troubled)
