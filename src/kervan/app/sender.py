"""The process that sends messages."""

import argparse
import gc
from dataclasses import replace

import uvloop

from kervan.app.ground import vault_of
from kervan.delivery import send
from kervan.delivery.channels import email as mail
from kervan.delivery.compose import EmailComposer
from kervan.delivery.inbound import Ground
from kervan.delivery.send import Rules, Sender
from kervan.delivery.way import by_smtp
from kervan.kernel.config import Config


def sender(config: Config, _: argparse.Namespace, rules: Rules | None = None) -> int:
    """Send messages until SIGTERM."""
    # Thousands of short-lived objects a mail burst, and no cycles to speak of.
    gc.set_threshold(50_000, 20, 50)
    keys = vault_of(config).workspace(config.workspace)
    email = mail.Email(mail.Settings.of(config))
    composer = EmailComposer(email, keys, config.address)
    rules = replace(rules or Rules(), ground=Ground(config.country, config.timezone))
    out = by_smtp(email, composer, rules.backoff)
    mine = Sender(config.postgres_url, config.workspace, keys, mail.NAME, [out], rules)
    gc.freeze()
    uvloop.run(send.until_signalled(mine.run))
    return 0
