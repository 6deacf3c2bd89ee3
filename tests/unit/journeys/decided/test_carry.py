"""Decisions reach history once, whoever is killed between the two engines."""

import os
import signal
import subprocess
import sys

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.journeys.decided import carry, rows
from kervan.kernel.postgres import Connection
from tests.conftest import Urls

_KILLED = """
import os, signal, sys
from kervan.journeys.decided import carry
from kervan.kernel import clickhouse, postgres
url, history, workspace = sys.argv[1:]
with postgres.connect(url, workspace=workspace) as conn:
    carry.step(conn, clickhouse.connect(history, postgres.schema_name(workspace)))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def append(conn: Connection, first: int, count: int) -> None:
    """One block of entries, with runs from `first` on."""
    block = rows.blank(count)
    block.run = np.arange(first, first + count, dtype=np.uint64)
    block.at_ms[:] = 1_780_000_000_000
    block.what[:] = rows.ENTERED
    block.event[:] = "Product Added"
    conn.execute(
        "insert into journey_decided (rows, block) values (%s, %s)", (count, rows.pack(block))
    )


def _stored(client: Client) -> tuple[int, int]:
    found = client.query("SELECT count(), uniqExact(run) FROM journey_decisions")
    return tuple(found.result_rows[0])


def test_killed_between_the_engines_nothing_is_lost_or_double(
    engines_urls: Urls, postgres: Connection, clickhouse: Client
) -> None:
    append(postgres, 1, 50)
    append(postgres, 101, 50)
    postgres.commit()
    died = subprocess.run(
        [
            sys.executable, "-c", _KILLED, engines_urls.postgres, engines_urls.clickhouse,
            engines_urls.workspace,
        ],
        env={**os.environ, "PYTHONPATH": "src"},
        check=False,
        timeout=90,
    )  # fmt: skip
    assert died.returncode == -signal.SIGKILL
    assert _stored(clickhouse) == (100, 100), "history has them, PostgreSQL does not know yet"
    # Of one block only a part had come.
    clickhouse.command("ALTER TABLE journey_decisions DELETE WHERE run > 120"
                       " SETTINGS mutations_sync = 2")  # fmt: skip
    append(postgres, 201, 7)
    assert not carry.step(postgres, clickhouse)
    postgres.commit()
    assert _stored(clickhouse) == (107, 107)
    assert postgres.execute("select count(*) from journey_decided").fetchone() == (0,)
    assert not carry.step(postgres, clickhouse)


def test_few_at_a_time_and_what_was_rolled_back_never(
    postgres: Connection, clickhouse: Client
) -> None:
    for first in (1, 11, 21):
        append(postgres, first, 10)
    postgres.commit()
    append(postgres, 31, 10)
    postgres.rollback()
    assert carry.step(postgres, clickhouse, limit=15), "more is waiting"
    assert _stored(clickhouse) == (20, 20)
    carry.step(postgres, clickhouse, limit=15)
    assert _stored(clickhouse) == (30, 30)
