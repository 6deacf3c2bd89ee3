"""Holds the address of somebody erased until the registry has heard that she refuses.

An erasure destroys her key, but the registry knows people by their address only. So a refusal that
it has not heard takes a copy of the address along, sealed under a key of its own in its own row;
both go when the refusal has ended, or when its time is over: then it is given up, for all to see.
"""

import uuid
from datetime import datetime
from typing import NamedTuple

from kervan.consent import deadlines
from kervan.consent.registry import account as accounts
from kervan.consent.registry import outbox, take
from kervan.consent.registry.facts import facts
from kervan.kernel import log, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "hold.sql")
_log = log.get("registry")


class Refusals(NamedTuple):
    """What became of the refusals of erased people: numbers, and until when an address is held."""

    waiting: int
    held_until: datetime | None
    told: int
    given_up: int


def hold(conn: Connection, vault: WorkspaceVault, hashes: list[bytes], at: datetime) -> int:
    """Let the refusals of these addresses keep them; before the addresses go. How many do.

    What the ledger says of them and no account has looked at yet is taken in first. How long an
    address is held is the account's fact `erased_business_days`.
    """
    contacts = postgres.uuids(uuid.UUID(bytes=one) for one in hashes)
    known = {"": facts()}
    for account in accounts.accounts(conn, vault):
        known[account.brand] = account.facts
        place = accounts.progress(conn, account.brand).ledger_place
        take.take_of(conn, account, place, hashes, deadlines.in_turkey, at)
    ids_, addresses, keys, untils = [], [], [], []
    for row, brand, sealed, key in conn.execute(_SQL.to_hold, {"contacts": contacts}).fetchall():
        address, _ = outbox.reveal(vault, sealed, key)
        if not address:
            continue
        days = int(known.get(brand, known[""]).number("erased_business_days"))
        own = vault.new_person_key()
        ids_.append(row)
        addresses.append(vault.seal(own, address.encode(), outbox.ADDRESS))
        keys.append(own)
        untils.append(deadlines.in_turkey(at, days))
    if ids_:
        values = {"ids": ids_, "addresses": addresses, "keys": keys, "untils": untils}
        conn.execute(_SQL.hold, values)
    return len(ids_)


def give_up(conn: Connection, at: datetime) -> int:
    """Forget the addresses whose time is over; how many refusals the registry never heard."""
    states = [row[0] for row in conn.execute(_SQL.give_up, {"at": at}).fetchall()]
    count = states.count("worthless")
    if count:
        _log.warning("registry_refusals_given_up", words=count)
    return count


def of_people(conn: Connection, people: list[int], since: datetime) -> Refusals:
    """What became of the refusals of erased `people` (atoms) that had not ended by `since`."""
    row = conn.execute(_SQL.of_people, {"people": people, "since": since}).fetchone()
    assert row is not None
    return Refusals(*row)


def given_up_since(conn: Connection, since: datetime) -> int:
    """How many refusals of erased people were given up since then: for an alarm."""
    row = conn.execute(_SQL.given_up_since, {"since": since}).fetchone()
    return int(row[0]) if row else 0
