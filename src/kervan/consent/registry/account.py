"""Keeps the accounts at the registry, one a brand: settings in the clear, secrets sealed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from kervan.consent.registry.facts import Facts, facts
from kervan.consent.registry.port import Port, Settings
from kervan.consent.registry.providers import PROVIDERS
from kervan.kernel import ids, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "account.sql")
_PLACE = b"registry_account.secrets"
_FACTS = "facts"


@dataclass(frozen=True, slots=True)
class Account:
    """One brand's way to the registry ("" is the only brand); its settings are never printed."""

    brand: str
    provider: str
    created_at: datetime
    facts: Facts
    settings: Settings = field(repr=False)

    def open(self) -> Port:
        """A connection of its own, to be closed by whoever opens it."""
        return PROVIDERS[self.provider].open(self.settings)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an account has come, and when it may do what again."""

    ledger_place: int
    after: str
    pulled_at: datetime | None
    day_read: date | None
    next_submit_at: datetime
    next_check_at: datetime
    next_pull_at: datetime
    resume_at: datetime
    failures: int
    problem: str


def save(
    conn: Connection,
    vault: WorkspaceVault,
    brand: str,
    provider: str,
    settings: Mapping[str, Any],
    at: datetime,
) -> None:
    """Make or change a brand's account; `settings` may hold a table `facts` of changed facts.

    Raises consent.registry_provider_unknown and consent.registry_settings_wrong.
    """
    kind = PROVIDERS.get(provider)
    if kind is None:
        raise KervanError(
            "consent.registry_provider_unknown", name=provider, known=", ".join(PROVIDERS)
        )
    plain = dict(settings)
    changed = plain.pop(_FACTS, {})
    try:
        msgspec.convert(plain, kind.settings)
    except msgspec.ValidationError as error:
        # msgspec names the field and the type, never the value.
        raise KervanError("consent.registry_settings_wrong", problem=str(error)) from None
    secrets = {name: plain.pop(name) for name in kind.secrets if name in plain}
    before = {one.brand: one.provider for one in accounts(conn, vault)}
    key = vault.new_person_key()
    conn.execute(
        _SQL.save,
        {
            "brand": brand,
            "provider": provider,
            "settings": msgspec.json.encode({**plain, _FACTS: changed}).decode(),
            "key": key,
            "secrets": vault.seal(key, msgspec.json.encode(secrets), _PLACE),
            "at": at,
        },
    )
    conn.execute(_SQL.open_progress, {"brand": brand})
    if before.get(brand, provider) != provider:
        conn.execute(_SQL.forget_cursor, {"brand": brand})


def accounts(conn: Connection, vault: WorkspaceVault) -> list[Account]:
    """The enabled accounts, secrets opened."""
    found = []
    for brand, provider, settings, key, secrets, created_at in conn.execute(_SQL.accounts):
        changed = settings.pop(_FACTS, {})
        secret = msgspec.json.decode(vault.open(key, secrets, _PLACE))
        opened = msgspec.convert({**settings, **secret}, PROVIDERS[provider].settings)
        found.append(Account(brand, provider, created_at, facts(changed), opened))
    return found


def disable(conn: Connection, brand: str, at: datetime) -> None:
    """Speak to the registry for this brand no more; what waits goes on waiting."""
    conn.execute(_SQL.disable, {"brand": brand, "at": at})


def progress(conn: Connection, brand: str) -> Progress:
    """How far the account of `brand` has come."""
    row = conn.execute(_SQL.progress, {"brand": brand}).fetchone()
    assert row is not None  # `save` opens it
    return Progress(*row)


def failed(conn: Connection, account: Account, problem: str, at: datetime) -> None:
    """Leave the registry alone for a while, the longer the more often it failed in a row."""
    failures = progress(conn, account.brand).failures
    pause = pause_seconds(account.facts, failures)
    resume = at + timedelta(seconds=pause)
    conn.execute(_SQL.failed, {"brand": account.brand, "problem": problem[:100], "resume": resume})


def worked(conn: Connection, account: Account) -> None:
    """It answers again."""
    conn.execute(_SQL.worked, {"brand": account.brand})


def pause_seconds(known: Facts, failures: int, *, jitter: bool = True) -> float:
    """The pause after so many failures: doubling, bounded, and a little uneven."""
    first, most = known.number("retry_seconds"), known.number("retry_most_seconds")
    pause = min(first * 2.0 ** min(failures, 30), most)
    return float(pause * (0.75 + 0.5 * ids.random().random())) if jitter else float(pause)


def gap(conn: Connection, account: Account, what: str, seconds: float, at: datetime) -> None:
    """No next call of this kind (submitted, checked) before `seconds` have passed."""
    params = {"brand": account.brand, "next": at + timedelta(seconds=seconds)}
    conn.execute(getattr(_SQL, what), params)


def hurry(conn: Connection, brand: str) -> None:
    """An operator does not want to wait for the next turn."""
    conn.execute(_SQL.pull_soon, {"brand": brand})
    conn.execute(_SQL.push_soon, {"brand": brand})


def put_off_pull(conn: Connection, account: Account, at: datetime) -> None:
    """Nothing can be pulled this way; look again later whether that is still so."""
    now = progress(conn, account.brand)
    pause = timedelta(seconds=account.facts.number("pull_seconds"))
    params = {"after": now.after, "at": now.pulled_at, "next": at + pause}
    conn.execute(_SQL.pulled, {"brand": account.brand, **params})
