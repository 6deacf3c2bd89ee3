"""The process that answers HTTP; several share the port."""

import argparse

from kervan.app import examine, listen, notices, segment_users
from kervan.app.ground import Ground
from kervan.collect.intake import AsyncIntake
from kervan.commerce.catalogue import history
from kervan.kernel.config import Config
from kervan.web import serve
from kervan.web.api import system


def web(config: Config, _: argparse.Namespace, intake: type[AsyncIntake] = AsyncIntake) -> int:
    """Serve until SIGTERM."""
    listen.to_the_ledger()
    segment_users.listen()
    notices.listen()
    system.looks[:] = examine.LOOKS
    history.use(config.clickhouse_url)
    ground = Ground(config)
    vault = ground.vault()
    serve.serve(config, vault, intake(config.postgres_url, vault), ground)
    return 0
