"""The process that sends messages."""

import argparse

import uvloop

from kervan.app.ground import vault_of
from kervan.delivery import send
from kervan.delivery.channels.email import Email, Settings
from kervan.delivery.compose import EmailComposer
from kervan.delivery.send import Rules, Sender
from kervan.kernel.config import Config


def sender(config: Config, _: argparse.Namespace, rules: Rules | None = None) -> int:
    """Send messages until SIGTERM."""
    keys = vault_of(config).workspace(config.workspace)
    email = Email(Settings.of(config))
    composer = EmailComposer(email, keys, config.address)
    mine = Sender(config.postgres_url, config.workspace, keys, email, composer, rules)
    uvloop.run(send.until_signalled(mine))
    return 0
