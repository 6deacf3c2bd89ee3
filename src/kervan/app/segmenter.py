"""The process that keeps people ready to be asked about, and who is in which segment."""

import argparse
import gc
import os
import signal

import psycopg
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from kervan.app.ground import vault_of
from kervan.app.housekeeper import Chore, Housekeeper
from kervan.kernel import clickhouse, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.crypto import Vault
from kervan.segments.live.loop import Loop
from kervan.segments.mirror import step as mirror
from kervan.segments.mirror.read import Usual

_log = log.get("segmenter")


def of_the_mirror(config: Config, vault: Vault, history: Client) -> list[Chore]:
    """What keeps ClickHouse's `people` fresh: by itself, for it may not wait for an erasure."""
    keys = vault.workspace(config.workspace)
    usual = Usual(config.country, config.timezone, config.locale)
    return [Chore("mirror", 0, lambda conn, _: mirror.step(conn, history, keys, usual).more)]


def segmenter(config: Config, _: argparse.Namespace) -> int:
    """Mirror people and keep membership until SIGTERM."""
    gc.set_threshold(50_000, 20, 50)
    database = postgres.schema_name(config.workspace)
    try:
        with (
            postgres.connect(config.postgres_url, workspace=config.workspace) as conn,
            postgres.connect(config.postgres_url, workspace=config.workspace) as other,
        ):
            history = clickhouse.connect(config.clickhouse_url, database)
            mine = of_the_mirror(config, vault_of(config), history)
            keeper = Housekeeper(other, config.workspace, mine, "mirror")
            client = clickhouse.connect(config.clickhouse_url, database)
            loop = Loop(conn, client, config.workspace, check=keeper.check)
            signal.signal(signal.SIGTERM, loop.stop)
            signal.signal(signal.SIGINT, loop.stop)
            keeper.start()
            loop.run()
            keeper.stop()
    except (psycopg.Error, ClickHouseError, OSError) as error:
        # What was under way is rolled back, and done again by the next one.
        _log.error("segmenter_lost_a_database", error=type(error).__name__)
        os._exit(1)
    return 0
