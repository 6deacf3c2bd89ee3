"""The process that keeps people ready to be asked about, and who is in which segment."""

import argparse
import gc
import os
import signal

import psycopg
from clickhouse_connect.driver.exceptions import ClickHouseError

from kervan.app import chores
from kervan.app.chores import Housekeeper
from kervan.app.ground import vault_of
from kervan.kernel import clickhouse, log, postgres
from kervan.kernel.config import Config
from kervan.segments.live.loop import Loop

_log = log.get("segmenter")


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
            mine = chores.of_the_mirror(config, vault_of(config), history)
            mirror = Housekeeper(other, config.workspace, mine, "mirror")
            client = clickhouse.connect(config.clickhouse_url, database)
            loop = Loop(conn, client, config.workspace, check=mirror.check)
            signal.signal(signal.SIGTERM, loop.stop)
            signal.signal(signal.SIGINT, loop.stop)
            mirror.start()
            loop.run()
            mirror.stop()
    except (psycopg.Error, ClickHouseError, OSError) as error:
        # What was under way is rolled back, and done again by the next one.
        _log.error("segmenter_lost_a_database", error=type(error).__name__)
        os._exit(1)
    return 0
