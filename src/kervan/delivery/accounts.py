"""Keeps the accounts at providers: settings in the clear, secrets sealed and never shown again."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec

from kervan.delivery.channels import found
from kervan.delivery.channels.channel import Capabilities, Provider
from kervan.kernel import ids, log, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Client, Reach
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "accounts.sql")
_log = log.get("accounts")
_PLACE = b"channel_account.secrets"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
KEPT = "***"
"""Given for a secret, it leaves the one that is kept."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account at a provider. `settings` are whole, secrets too: never print or return them.

    Of a channel's enabled accounts the one with the lowest `place` is used first. `able` is what
    the provider documents, with the account's own rate where it has one.
    """

    name: str
    provider: Provider
    settings: msgspec.Struct = field(repr=False)
    place: int
    able: Capabilities
    is_private: bool
    enabled: bool
    changed_at: datetime

    @property
    def reach(self) -> Reach:
        """Where its calls may go."""
        return Reach.ANYWHERE if self.is_private else Reach.PUBLIC

    def shown(self) -> dict[str, Any]:
        """The settings that may be shown; KEPT stands for a secret that is set."""
        hidden = secrets_of(self.provider.settings)
        values: dict[str, Any] = msgspec.to_builtins(self.settings)
        return {
            name: (KEPT if value else "") if name in hidden else value
            for name, value in values.items()
        }


def save(
    conn: Connection,
    vault: WorkspaceVault,
    name: str,
    provider: str,
    settings: Mapping[str, Any],
    at: datetime,
    *,
    place: int = 0,
    per_second: float | None = None,
    in_flight: int | None = None,
    is_private: bool = False,
) -> Account:
    """Make or change an account; what is not given of a kept one's secrets stays.

    `is_private` lets its calls go into the operator's own network: only an operator may say so.

    Raises delivery.provider_unknown, account_name_invalid, account_settings_wrong,
    account_pace_invalid.
    """
    if not _NAME.fullmatch(name):
        raise KervanError("delivery.account_name_invalid", status=422, name=name[:80])
    if any(one is not None and not 0 < one <= 100_000 for one in (per_second, in_flight)):
        raise KervanError("delivery.account_pace_invalid", status=422)
    kind = found.find(provider)
    hidden = secrets_of(kind.settings)
    before = _secrets_before(conn, vault, name, provider)
    given = dict(settings)
    for one in hidden:
        if given.get(one) in (KEPT, None):
            given.pop(one, None)
            if one in before:
                given[one] = before[one]
    checked = _settings(kind, given)
    plain = {one: value for one, value in given.items() if one not in hidden}
    key = vault.new_person_key()
    sealed = {one: given[one] for one in hidden if one in given}
    conn.execute(
        _SQL.save,
        {
            "name": name,
            "provider": provider,
            "channel": kind.channel,
            "settings": msgspec.json.encode(plain).decode(),
            "key": key,
            "secrets": vault.seal(key, msgspec.json.encode(sealed), _PLACE),
            "place": place,
            "per_second": per_second,
            "in_flight": in_flight,
            "private": is_private,
            "at": at,
        },
    )
    able = _able(kind, per_second, in_flight)
    return Account(name, kind, checked, place, able, is_private, True, at)


@dataclass(frozen=True, slots=True)
class Misfit:
    """An account whose kept settings its provider does not take any more: to be saved again."""

    name: str
    provider: str
    channel: str
    problem: KervanError


def every(conn: Connection, vault: WorkspaceVault) -> list[Account]:
    """All accounts by channel and place, but those whose provider this Kervan does not have.

    One that no longer fits keeps only itself out (`misfits`).
    """
    return [one for one in _all(conn, vault) if isinstance(one, Account)]


def misfits(conn: Connection, vault: WorkspaceVault) -> list[Misfit]:
    """The accounts that `every` leaves out because of their settings."""
    return [one for one in _all(conn, vault) if isinstance(one, Misfit)]


def _all(conn: Connection, vault: WorkspaceVault) -> list[Account | Misfit]:
    made: list[Account | Misfit] = []
    for row in conn.execute(_SQL.every).fetchall():
        name, provider = row[:2]
        if provider not in found.names():
            continue
        try:
            made.append(_opened(vault, row))
        except KervanError as error:
            _log.warning("account_left_out", account=name, problem=error.code)
            made.append(Misfit(name, provider, found.find(provider).channel, error))
    return made


def one(conn: Connection, vault: WorkspaceVault, name: str) -> Account:
    """The account of this name. Raises delivery.account_unknown."""
    row = conn.execute(_SQL.one, {"name": name}).fetchone()
    if row is None or row[1] not in found.names():
        raise KervanError("delivery.account_unknown", status=404, name=name[:80])
    return _opened(vault, row)


def names(conn: Connection, channel: str) -> list[str]:
    """The enabled accounts of a channel, the one used first first."""
    return [row[0] for row in conn.execute(_SQL.enabled, {"channel": channel}).fetchall()]


def mark(name: str) -> bytes:
    """What a message of a channel without addresses names as its contact (16 bytes), so that it
    goes by the account of this name and by no other."""
    return ids.hash16(b"channel account", name.encode())


def switch(conn: Connection, name: str, at: datetime, *, enabled: bool) -> None:
    """Use an account, or use it no more. Raises delivery.account_unknown."""
    if not conn.execute(_SQL.switch, {"name": name, "enabled": enabled, "at": at}).rowcount:
        raise KervanError("delivery.account_unknown", status=404, name=name[:80])


def problem(account: Account) -> KervanError | None:
    """Why nothing goes through an account as it is set, None where its settings can work.

    Nobody is called. Not to be asked where a loop is running.
    """
    return None if account.provider.keeps else asyncio.run(_opening(account))


async def _opening(account: Account) -> KervanError | None:
    client = Client(account.reach)
    try:
        line = account.provider.open(account.settings, client)
    except KervanError as error:
        return error
    else:
        await line.close()
        return None
    finally:
        await client.close()


def changed(conn: Connection) -> tuple[datetime, int]:
    """Another value whenever any account is."""
    row = conn.execute(_SQL.changed).fetchone()
    assert row is not None
    return row[0], row[1]


def secrets_of(settings: type[msgspec.Struct]) -> frozenset[str]:
    """The names of those settings that are secrets (channel.Secret)."""
    _, parts = msgspec.json.schema_components([settings])
    fields = parts[settings.__name__]["properties"]
    return frozenset(name for name, kind in fields.items() if kind.get("writeOnly"))


def hook_path(vault: WorkspaceVault, account: str) -> str:
    """The last two parts of the address a provider's webhook calls: the account and a secret."""
    return f"{account}/{vault.blind('hook', account).hex()}"


def _settings(kind: Provider, given: Mapping[str, Any]) -> msgspec.Struct:
    unknown = set(given) - set(kind.settings.__struct_fields__)
    if unknown:
        known = ", ".join(kind.settings.__struct_fields__)
        raise KervanError(
            "delivery.account_setting_unknown", status=422, name=min(unknown)[:80], known=known
        )
    try:
        return msgspec.convert(given, kind.settings, strict=False)
    except msgspec.ValidationError as error:
        # msgspec names the field and the type, never the value.
        raise KervanError(
            "delivery.account_settings_wrong", status=422, problem=str(error)
        ) from None


def _secrets_before(
    conn: Connection, vault: WorkspaceVault, name: str, provider: str
) -> dict[str, Any]:
    row = conn.execute(_SQL.one, {"name": name}).fetchone()
    if row is None or row[1] != provider:
        return {}
    secrets: dict[str, Any] = msgspec.json.decode(vault.open(row[4], row[5], _PLACE))
    return secrets


def _opened(vault: WorkspaceVault, row: tuple[Any, ...]) -> Account:
    name, provider, _, plain, key, secrets, place, per_second, in_flight, private, on, at = row
    kind = found.find(provider)
    whole = {**plain, **msgspec.json.decode(vault.open(key, secrets, _PLACE))}
    settings = _settings(kind, whole)
    able = _able(kind, per_second, in_flight)
    return Account(name, kind, settings, place, able, private, on, at)


def _able(kind: Provider, per_second: float | None, in_flight: int | None) -> Capabilities:
    able = kind.capabilities
    return replace(
        able, per_second=per_second or able.per_second, in_flight=in_flight or able.in_flight
    )
