"""Engines killed at work: what was acknowledged is there, nothing is there twice."""

import functools
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psycopg
import pyarrow as pa
import pytest
from clickhouse_connect.driver.client import Client

from kervan.engines import spawn
from kervan.engines.postgres import EmbeddedPostgres
from kervan.history import event, write
from kervan.kernel import migrate, postgres
from tests.crash.cut import CuttableFront, connect

_ROWS = 20_000
_ROUNDS = 12


@pytest.fixture(scope="module")
def front() -> Iterator[CuttableFront]:
    """A front of our own, for killing."""
    with tempfile.TemporaryDirectory(prefix="kervan-cut-", ignore_cleanup_errors=True) as place:
        made = CuttableFront(Path(place) / "clickhouse")
        yield made
        made.stop()


def block(batch: int) -> bytes:
    """A batch of real events over two months, so that one insert makes several parts."""
    rows = np.arange(_ROWS)
    return event.to_block(
        event.Events(
            event_id=[batch.to_bytes(8, "big") + int(row).to_bytes(8, "big") for row in rows],
            kind=["track"] * _ROWS,
            name=["Product Viewed"] * _ROWS,
            person=(rows % 1000).astype(np.uint32),
            session=np.zeros(_ROWS, np.uint64),
            at_ms=(1_780_000_000_000 + rows * 200_000).astype(np.int64),
            received_ms=np.full(_ROWS, 1_790_000_000_000, np.int64),
            source=np.ones(_ROWS, np.uint16),
            channel=["web"] * _ROWS,
            order_id=[""] * _ROWS,
            currency=[""] * _ROWS,
            value_minor=np.zeros(_ROWS, np.int64),
            properties=[b'{"sku":"a"}'] * _ROWS,
            context=[b"{}"] * _ROWS,
            quiet=np.zeros(_ROWS, np.bool_),
        ),
        batch,
    )


def exactly_once(client: Client, table: str, batches: int) -> None:
    """Each row of each batch 1…`batches` is in `table` once."""
    found = client.query(
        f"SELECT batch, count(), uniqExact(event_id) FROM {table} GROUP BY batch ORDER BY batch"
    ).result_rows
    assert found == [(batch, _ROWS, _ROWS) for batch in range(1, batches + 1)]


def fresh_history(front: CuttableFront, postgres_url: str, workspace: str) -> str:
    """A migrated history database in the front that will be killed."""
    with postgres.connect(postgres_url) as conn, front.client() as admin:
        migrate.migrate(conn, admin, [workspace])
    return postgres.schema_name(workspace)


def test_inserts_cut_off_anywhere_end_exactly_once(
    front: CuttableFront, postgres_url: str, workspace: str
) -> None:
    database = fresh_history(front, postgres_url, workspace)
    luck = random.Random(7)
    client = connect(front.url, database)
    write.insert(client, block(1), 1)
    begun = time.monotonic()
    write.insert(client, block(2), 2)
    usual_seconds = time.monotonic() - begun
    states = []
    for batch in range(3, _ROUNDS + 3):
        rows = block(batch)
        cut = connect(front.url, database)
        acknowledged = front.cut(
            functools.partial(write.insert, cut, rows, batch), luck.uniform(0, usual_seconds)
        )
        counts = [
            int(str(client.command(f"SELECT count() FROM {table} WHERE batch = {batch}")))
            for table in write.TABLES
        ]
        if acknowledged:
            assert counts == [_ROWS, _ROWS], "acknowledged, and not there after the kill"
        write.recover(client, rows, batch, _ROWS)
        states.append("acknowledged" if acknowledged else f"{counts[0]}+{counts[1]}")
    print(f"\ncut off: {', '.join(states)}")
    for table in write.TABLES:
        exactly_once(client, table, _ROUNDS + 2)
    assert any(state != "acknowledged" for state in states), "no kill hit an insert"


def test_a_token_logged_without_its_part_loses_a_plain_retry_but_not_a_recovery(
    front: CuttableFront, postgres_url: str, workspace: str
) -> None:
    database = fresh_history(front, postgres_url, workspace)
    with front.client(database) as client:
        rows = block(1)

        def plain_insert() -> None:
            client.raw_insert(
                "events",
                insert_block=rows,
                fmt="ArrowStream",
                settings={"insert_deduplication_token": "one-and-the-same"},
            )

        plain_insert()
        lost = front.unrename_newest_part(database, "events")
        assert lost > 0
        plain_insert()
        left = int(str(client.command("SELECT count() FROM events")))
        assert left == _ROWS - lost, "the hazard this test is about: the retry vanished"
        write.recover(client, rows, 1, _ROWS)
        exactly_once(client, "events", 1)
        exactly_once(client, "events_by_person", 1)


def test_every_acknowledged_insert_survives_kill_9(front: CuttableFront) -> None:
    with front.client() as client:
        client.command("CREATE TABLE small (n UInt64) ENGINE = MergeTree ORDER BY n")
        for n in range(40):
            client.insert("small", [[n]], column_names=["n"])
        front.kill()
        front.restart()
        assert client.query("SELECT count(), uniqExact(n) FROM small").result_rows == [(40, 40)]


def test_a_client_waits_out_a_restart(front: CuttableFront) -> None:
    with front.client() as client:
        front.kill()
        front.restart()
        assert client.query("SELECT 1").result_rows == [(1,)]


def test_arrow_needs_every_byte(front: CuttableFront) -> None:
    with front.client() as client:
        client.command("CREATE TABLE whole (n UInt64) ENGINE = MergeTree ORDER BY n")
        sink = pa.BufferOutputStream()
        table = pa.table({"n": pa.array(range(1000), pa.uint64())})
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        body = sink.getvalue().to_pybytes()
        for size in (10, len(body) // 3, len(body) // 2, len(body) - 100):
            with pytest.raises(Exception, match="Code: "):
                client.raw_insert("whole", insert_block=body[:size], fmt="ArrowStream")
            assert client.command("SELECT count() FROM whole") == 0


def test_committed_rows_survive_kill_9_of_postgres() -> None:
    with tempfile.TemporaryDirectory(prefix="kervan-kill-", ignore_cleanup_errors=True) as place:
        engine = EmbeddedPostgres(Path(place) / "pg")
        url = engine.start()
        with psycopg.connect(url) as conn:
            conn.execute("create table t (n int)")
        for turn in range(5):
            with psycopg.connect(url) as conn:
                conn.execute("insert into t select generate_series(1, 1000)")
            with psycopg.connect(url) as open_one:
                open_one.execute("insert into t select generate_series(1, 1000)")
                assert engine.process is not None
                engine.process.kill()
                engine.process.wait()
                open_one.close()
            url = engine.start()
            with psycopg.connect(url) as conn:
                assert conn.execute("select count(*) from t").fetchone() == ((turn + 1) * 1000,)
        engine.stop()
        assert spawn.living_in(Path(place) / "pg") == []
