"""`kervan registry`: an account at the registry (İYS), how it stands, and hurrying it along."""

import argparse
import tomllib
from datetime import datetime
from typing import Any

import psycopg

from kervan.app import ground, listen
from kervan.app.speaker import Speaker
from kervan.consent.registry import account as accounts
from kervan.consent.registry import ask, pull
from kervan.consent.registry.account import Account
from kervan.consent.registry.port import INDIVIDUAL, MERCHANT, InDoubt, NotAble, NotTaken
from kervan.engines import hold, supervise
from kervan.engines.doctor import Finding
from kervan.kernel import clock, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers

_log = log.get("registry")
_OPEN = ("waiting", "sending", "pending", "doubt")
_STEPS_MOST = 1_000


def registry(config: Config, arguments: argparse.Namespace) -> int:
    """Run one of `registry set`, `off`, `status`, `push`, `pull`, `check`."""
    listen.to_the_ledger()  # a refusal heard from the registry takes waiting messages back
    with supervise.attached(config) as ready:
        keys = ground.vault_of(ready).workspace(ready.workspace)
        with postgres.connect(ready.postgres_url, workspace=ready.workspace) as conn:
            if arguments.action == "set":
                return _set(conn, keys, arguments)
            if arguments.action == "off":
                return _off(conn, keys, arguments)
            if arguments.action == "status":
                return _status(conn, keys, config.locale)
            if arguments.action == "check":
                return _check(conn, keys, config.country, arguments)
            return _hurry(conn, keys, config.locale)


def examine(config: Config) -> list[Finding]:
    """What `kervan doctor` adds while Kervan runs; of a stopped one nothing is asked."""
    if not hold.is_held(config.data):
        return []
    try:
        with supervise.attached(config) as ready:
            keys = ground.vault_of(ready).workspace(ready.workspace)
            with postgres.connect(ready.postgres_url, workspace=ready.workspace) as conn:
                return findings(conn, keys)
    except (KervanError, psycopg.Error) as error:
        # The doctor's other lines say what is wrong with the database or the keys.
        _log.warning("registry_not_examined", error=type(error).__name__)
        return []


def findings(conn: Connection, vault: WorkspaceVault) -> list[Finding]:
    """What `kervan doctor` says of the registry: a line for each account, and for each trouble."""
    found = []
    for one in accounts.accounts(conn, vault):
        overview = ask.overview(conn, one.brand)
        now = accounts.progress(conn, one.brand)
        brand = one.brand or "-"
        waiting = sum(overview.counts.get(state, 0) for state in _OPEN)
        if overview.late:
            params: dict[str, object] = {"brand": brand, "late": overview.late}
            found.append(Finding("consent.registry_late", False, params))
        if now.failures:
            params = {"brand": brand, "failures": now.failures, "problem": now.problem}
            found.append(Finding("consent.registry_failing", False, params))
        if not overview.late and not now.failures:
            params = {"brand": brand, "waiting": waiting}
            found.append(Finding("consent.registry_well", True, params))
    return found


def _set(conn: Connection, keys: WorkspaceVault, arguments: argparse.Namespace) -> int:
    try:
        text = arguments.file.read_text(encoding="utf-8")
        told: dict[str, Any] = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KervanError("cli.cannot_read", path=arguments.file, problem=str(error)) from None
    brand, provider = str(told.pop("brand", "")), str(told.pop("provider", "iys"))
    accounts.save(conn, keys, brand, provider, told, clock.now())
    conn.commit()
    log.say(f"saved: {brand or '-'} by {provider}; its secrets are sealed, delete the file")
    return 0


def _off(conn: Connection, keys: WorkspaceVault, arguments: argparse.Namespace) -> int:
    account = _account(conn, keys, arguments.brand)
    accounts.disable(conn, account.brand, clock.now())
    conn.commit()
    log.say(f"off: {account.brand or '-'}; what waits is kept, and no message is checked there")
    return 0


def _status(conn: Connection, keys: WorkspaceVault, locale: str) -> int:
    found = findings(conn, keys)
    for one in found:
        log.say(f"{'ok   ' if one.ok else 'WRONG'} {one.say(locale)}")
    for one_account in accounts.accounts(conn, keys):
        overview = ask.overview(conn, one_account.brand)
        now = accounts.progress(conn, one_account.brand)
        counts = " ".join(f"{state}={count}" for state, count in sorted(overview.counts.items()))
        log.say(f"{one_account.brand or '-'}\t{one_account.provider}\t{counts or 'no words yet'}")
        log.say(f"\tledger place {now.ledger_place}, pulled {_when(now.pulled_at)}")
        for row, event, kind, status, consent_at, due_at, state, reason in overview.troubled:
            log.say(
                f"\t{row}\tledger {event}\t{kind} {status}\tgiven {_when(consent_at)}"
                f"\tdue {_when(due_at)}\t{state}\t{reason}"
            )
    conn.rollback()
    return 0 if all(one.ok for one in found) else 1


def _when(at: datetime | None) -> str:
    return at.isoformat(sep=" ", timespec="seconds") if at else "never"


def _hurry(conn: Connection, keys: WorkspaceVault, locale: str) -> int:
    """Do now what the worker would do in turn; a worker that speaks already is only woken."""
    for one in accounts.accounts(conn, keys):
        accounts.hurry(conn, one.brand)
    conn.commit()
    speaker = Speaker(conn, keys)
    for _ in range(_STEPS_MOST):
        if not speaker.step(clock.now_ms()):
            break
    speaker.close()
    return _status(conn, keys, locale)


def _check(
    conn: Connection, keys: WorkspaceVault, country: str, arguments: argparse.Namespace
) -> int:
    account = _account(conn, keys, arguments.brand)
    kind = account.facts.type_of(arguments.channel)
    if not kind:
        raise KervanError("consent.registry_channel_unmapped", channel=arguments.channel)
    what = identifiers.EMAIL if kind == "EPOSTA" else identifiers.PHONE
    recipient = identifiers.normalise(what, arguments.address, country) or arguments.address
    who = MERCHANT if arguments.merchant else INDIVIDUAL
    port = account.open()
    try:
        held = port.check([recipient], kind, who)[recipient]
    except NotAble:
        raise KervanError("consent.registry_no_check") from None
    except (NotTaken, InDoubt) as error:
        raise KervanError("consent.registry_no_answer", problem=str(error)) from None
    finally:
        port.close()
    contact = pull.contact_of(keys, recipient, kind)
    pull.learn(conn, keys, account, [(contact, kind, who, held)], clock.now())
    conn.commit()
    log.say(f"{kind}\t{held.status or 'no record'}\t{_when(held.at)}\t{held.source or '-'}")
    return 0


def _account(conn: Connection, keys: WorkspaceVault, brand: str) -> Account:
    for one in accounts.accounts(conn, keys):
        if one.brand == brand:
            return one
    raise KervanError("consent.registry_no_account", brand=brand)
