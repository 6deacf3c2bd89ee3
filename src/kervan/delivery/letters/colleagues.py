"""Knows the addresses of colleagues that mails of ours are on their way to, as long as they are."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from kervan.kernel import postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers

_SQL = sql.load(__package__, "colleagues.sql")
_PLACE = b"colleague.address"
KEPT = timedelta(days=2)
"""Longer than any mail to a colleague waits."""


def put(
    conn: Connection, vault: WorkspaceVault, addresses: Sequence[str], at: datetime
) -> list[bytes]:
    """Keep addresses for mails that are intended at `at`; gives what the mails name, one for each.

    The addresses are e-mail addresses as users are known by them.
    """
    name = identifiers.KIND_NAMES[identifiers.EMAIL]
    contacts = {one: vault.blind(name, one) for one in dict.fromkeys(addresses)}
    keys = vault.new_person_keys(len(contacts))
    conn.execute(
        _SQL.put,
        {
            "contacts": postgres.uuids(uuid.UUID(bytes=one) for one in contacts.values()),
            "keys": keys,
            "sealed": vault.seal_many(keys, [one.encode() for one in contacts], _PLACE),
            "at": at,
        },
    )
    return [contacts[one] for one in addresses]


def find(conn: Connection, vault: WorkspaceVault, contacts: Collection[bytes]) -> dict[bytes, str]:
    """{contact: its address} of those that are kept; never log them."""
    if not contacts:
        return {}
    asked = {"contacts": postgres.uuids(uuid.UUID(bytes=one) for one in set(contacts))}
    rows = conn.execute(_SQL.find, asked).fetchall()
    return {
        contact.bytes: vault.open(bytes(key), bytes(sealed), _PLACE).decode()
        for contact, key, sealed in rows
    }


def forget(conn: Connection, at: datetime) -> int:
    """Let go of addresses that no mail can wait for any more; gives how many."""
    return conn.execute(_SQL.forget, {"before": at - KEPT}).rowcount
