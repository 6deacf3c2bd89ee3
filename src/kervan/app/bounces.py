"""The process that takes bounces and complaints for the return path's domain."""

import argparse
import asyncio

from kervan.app import listen
from kervan.app.ground import vault_of
from kervan.delivery.bounces.keep import Keeper
from kervan.delivery.send import until_signalled
from kervan.kernel.config import Config


def bounces(config: Config, _: argparse.Namespace) -> int:
    """Take bounces until SIGTERM. Raises delivery.bounce_listen_wrong, bounce_listen_taken."""
    listen.to_the_ledger()
    keys = vault_of(config).workspace(config.workspace)
    asyncio.run(until_signalled(Keeper(config, keys).run))
    return 0
