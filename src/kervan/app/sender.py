"""The process that sends messages."""

import argparse
import gc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import uvloop

from kervan.app import listen
from kervan.app.ground import vault_of
from kervan.commerce.catalogue import history
from kervan.delivery import run, send
from kervan.delivery.channels import email as mail
from kervan.delivery.channels import return_path
from kervan.delivery.compose import EmailComposer
from kervan.delivery.inbound import Ground
from kervan.delivery.send import Rules
from kervan.delivery.tasks import keep
from kervan.delivery.way import Way, by_smtp
from kervan.kernel.config import Config
from kervan.kernel.crypto import WorkspaceVault
from kervan.onsite import put


def sender(config: Config, _: argparse.Namespace, rules: Rules | None = None) -> int:
    """Send messages until SIGTERM."""
    # Thousands of short-lived objects a mail burst, and no cycles to speak of.
    gc.set_threshold(50_000, 20, 50)
    listen.to_the_ledger()  # a provider may tell of a refusal
    history.use(config.clickhouse_url)
    keys = vault_of(config).workspace(config.workspace)
    rules = replace(rules or Rules(), ground=Ground(config.country, config.timezone))
    house = run.House(
        config.postgres_url, config.workspace, keys, config.address, config.locale, rules,
        lists={"tasks": keep.keeper(keys), "inbox": put.keeper(keys)},
    )  # fmt: skip
    mine = run.Senders(house, _own(config, keys, rules))
    gc.freeze()
    uvloop.run(send.until_signalled(mine.run))
    return 0


def _own(config: Config, keys: WorkspaceVault, rules: Rules) -> dict[str, Callable[[], Way[Any]]]:
    """The channels that need no account: e-mail, where a mail server is set."""
    if not config.smtp_url:
        return {}
    settings = mail.Settings.of(config)
    mail.Email(settings)  # wrong settings are said at once

    def by_mail_server() -> Way[Any]:
        email = mail.Email(settings, return_key=return_path.key_of(keys))
        return by_smtp(email, EmailComposer(email, keys, config.address), rules.backoff)

    return {mail.NAME: by_mail_server}
