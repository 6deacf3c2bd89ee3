"""People with addresses for consent tests, without the whole way they come in by."""

from datetime import datetime, timedelta

from kervan.consent import look_up
from kervan.consent.judge import Status
from kervan.kernel import clock
from kervan.kernel.crypto import Vault, WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers
from kervan.profiles import store as profiles
from kervan.profiles.sighting import Claim

VAULT: WorkspaceVault = Vault(b"k" * 32).workspace("test")
AT = datetime.fromisoformat("2026-10-01T10:00:00+00:00")
LATER = AT + timedelta(days=20)


def email(address: str) -> bytes:
    """The blind hash of an e-mail address."""
    return VAULT.blind("email", address)


def add(
    conn: Connection, person: int, *addresses: str, at: datetime = AT, vault: WorkspaceVault = VAULT
) -> None:
    """A person who owns these e-mail addresses and phone numbers, claimed at `at`."""
    keys = profiles.create_people(conn, vault, [person], clock.to_ms(at))
    own(conn, person, *addresses, at=at, keys=keys, vault=vault)


def own(
    conn: Connection,
    person: int,
    *addresses: str,
    at: datetime = AT,
    keys: profiles.Keys | None = None,
    vault: WorkspaceVault = VAULT,
) -> None:
    """More addresses for a person who is there."""
    gained = []
    for address in addresses:
        kind, name = (
            (identifiers.EMAIL, "email") if "@" in address else (identifiers.PHONE, "phone")
        )
        claim = Claim(kind, vault.blind(name, address), address)
        gained.append(profiles.Gain(person, claim, clock.to_ms(at), 1, ""))
    profiles.keep_identifiers(conn, vault, gained, keys if keys is not None else {})


def allowing(conn: Connection, address: bytes, *, brand: str = "", at: datetime = LATER) -> int:
    """The consent event that allows marketing by e-mail to this address (hash); 0 for none."""
    found = look_up.words(conn, [address], "email", "marketing", brand=brand)
    is_open = found.expires_ms[0] > clock.to_ms(at)
    return int(found.event[0]) if found.status[0] == Status.GRANTED and is_open else 0
