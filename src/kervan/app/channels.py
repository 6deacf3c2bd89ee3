"""`kervan channel`: accounts at providers, and what each provider needs."""

import argparse
import sys
from pathlib import Path
from typing import Any

import msgspec

from kervan.app import ground, mail
from kervan.delivery import accounts
from kervan.delivery.accounts import Account
from kervan.delivery.channels import found
from kervan.delivery.mail import rules
from kervan.engines import supervise
from kervan.kernel import clock, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection


def channel(config: Config, arguments: argparse.Namespace) -> int:
    """Run `channel providers`, `list`, `add`, `off` or `on`."""
    if arguments.action == "providers":
        return _providers()
    with (
        supervise.attached(config) as ready,
        postgres.connect(ready.postgres_url, workspace=ready.workspace) as conn,
    ):
        keys = ground.vault_of(ready).workspace(ready.workspace)
        if arguments.action == "add":
            _add(conn, keys, ready, arguments)
        elif arguments.action in ("off", "on"):
            accounts.switch(conn, arguments.name, clock.now(), enabled=arguments.action == "on")
        for one in accounts.every(conn, keys):
            if arguments.action == "list" or one.name == arguments.name:
                log.say(_told(ready, keys, one))
        for out in accounts.misfits(conn, keys):
            if arguments.action == "list" or out.name == arguments.name:
                problem = out.problem.say(ready.locale)
                log.say(f"{out.name}: {out.channel} by {out.provider}\n    ! {problem}")
        if arguments.action == "list":
            for line in mail.warming(conn, rules.current(conn), ready):
                log.say(line)
    return 0


def _providers() -> int:
    for name in found.names():
        one = found.find(name)
        hidden = accounts.secrets_of(one.settings)
        needs = [
            f"{part.encode_name}{'' if part.required else '?'}"
            f"{' (secret)' if part.name in hidden else ''}"
            for part in msgspec.structs.fields(one.settings)
        ]
        log.say(f"{name}: {one.channel}\n    {', '.join(needs)}")
    return 0


def _add(
    conn: Connection, keys: WorkspaceVault, config: Config, arguments: argparse.Namespace
) -> None:
    kept = accounts.save(
        conn,
        keys,
        arguments.name,
        arguments.provider,
        _settings(arguments),
        clock.now(),
        place=arguments.place,
        per_second=arguments.per_second,
        in_flight=arguments.in_flight,
        is_private=arguments.private,
    )
    conn.commit()
    if kept.provider.read is not None:
        path = accounts.hook_path(keys, kept.name)
        log.say(f"Webhook     {config.address}/hooks/in/{path}")


def _settings(arguments: argparse.Namespace) -> dict[str, Any]:
    """What was given as KEY=VALUE, and what a file or standard input (`-`) holds as JSON.

    A secret on the command line is seen by everybody on the machine: the file is for these.
    """
    settings: dict[str, Any] = {}
    if arguments.file is not None:
        from_stdin = str(arguments.file) == "-"
        text = sys.stdin.read() if from_stdin else Path(arguments.file).read_text("utf-8")
        try:
            settings = msgspec.json.decode(text, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise KervanError("delivery.account_file_unreadable") from None
    for pair in arguments.set:
        key, given, value = pair.partition("=")
        if not given:
            raise KervanError("delivery.account_pair_invalid", given=pair[:40])
        settings[key] = value
    return settings


def _told(config: Config, keys: WorkspaceVault, one: Account) -> str:
    state = "on" if one.enabled else "off"
    lines = [f"{one.name}: {one.provider.channel} by {one.provider.name}, {state}"]
    lines += [f"    {name} = {value}" for name, value in one.shown().items() if value != ""]
    if (problem := accounts.problem(one)) is not None:
        lines.append(f"    ! {problem.say(config.locale)}")
    if one.provider.read is not None:
        lines.append(f"    {config.address}/hooks/in/{accounts.hook_path(keys, one.name)}")
    return "\n".join(lines)
