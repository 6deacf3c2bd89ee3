"""Puts blocks of events into ClickHouse so that a retry neither doubles nor loses a row.

ClickHouse logs a deduplication token before it renames the part, so a crash between the two
would make a retry under the same token vanish. Each row therefore carries its batch number:
before a block is inserted again, the rows of its batch are counted, a partial one is deleted,
and the insert runs under a new token.

A good answer is no proof either: the embedded engine says "done" also when the part could not be
written (too many partitions, a full disk). So the rows are counted after each insert.
"""

from collections.abc import Generator, Sequence

import numpy as np
import pyarrow as pa
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

from kervan.history import event, link
from kervan.history.link import NotStored, Pair
from kervan.kernel import clock, ids, sql

_SQL = sql.load(__package__, "write.sql")
TABLES = ("events", "events_by_person")
_DOOR = "events_in"


def insert(
    client: Client, block: bytes, batch: int, links: Sequence[Pair] = (), heads: Sequence[Pair] = ()
) -> None:
    """Insert one block into both event tables, and its links; durable when this returns.

    `block` is an Arrow stream (`event.to_block`) whose rows carry `batch`, which no row carried
    before; `links` and `heads` as in link.py. Raises NotStored when fewer rows are there
    afterwards; `recover` brings it to rights.
    """
    rows = event.count_rows(block)
    _insert(client, _DOOR, block, batch)
    link.insert(client, links, heads, batch)
    asked = client.query(_SQL.count_all, parameters={"batch": batch}).result_rows[0]
    for table, stored in zip(TABLES, asked[:2], strict=True):
        if stored != rows:
            raise NotStored(f"{table} has {stored} of the {rows} rows of batch {batch}")
    if heads or asked[2] != len(dict(links)):
        link.check(client, links, heads, batch)  # one by one: a newer one may have replaced some


def _insert(client: Client, table: str, block: bytes, batch: int) -> None:
    token = f"{batch}-{ids.secret(9)}"
    client.raw_insert(
        table,
        insert_block=_once(block),
        fmt="ArrowStream",
        settings={
            "insert_deduplication_token": token,
            "query_id": f"batch-{batch}-{token}",
            # Imported history may touch every month there was.
            "max_partitions_per_insert_block": 0,
        },
    )


def _check(client: Client, table: str, batch: int, rows: int) -> None:
    if (stored := _count(client, table, batch)) != rows:
        raise NotStored(f"{table} has {stored} of the {rows} rows of batch {batch}")


def _count(client: Client, table: str, batch: int) -> int:
    statement = _SQL.count_batch.replace("{table}", table)
    return int(client.query(statement, parameters={"batch": batch}).result_rows[0][0])


def _once(block: bytes) -> Generator[bytes, None, None]:
    """The block as something that cannot be sent again.

    The client sends plain bytes a second time by itself when the connection breaks: under the
    same token, which is the very retry that may vanish.
    """
    yield block


def sift(client: Client, block: bytes) -> tuple[bytes, list[int]]:
    """Find the rows that ClickHouse refuses, by halving, on a table that keeps nothing.

    Gives the block without them and their positions.
    """
    table = pa.ipc.open_stream(block).read_all()
    bad = _refused(client, table, 0)
    if not bad:
        return block, []
    keep = np.ones(table.num_rows, np.bool_)
    keep[bad] = False
    return _stream(table.filter(pa.array(keep))), bad


def _refused(client: Client, rows: pa.Table, first: int) -> list[int]:
    try:
        client.raw_insert("events_trial", insert_block=_once(_stream(rows)), fmt="ArrowStream")
    except OperationalError:
        raise
    except DatabaseError:
        if rows.num_rows == 1:
            return [first]
        half = rows.num_rows // 2
        left = _refused(client, rows.slice(0, half), first)
        return left + _refused(client, rows.slice(half), first + half)
    return []


def _stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    block: bytes = sink.getvalue().to_pybytes()
    return block


def recover(client: Client, block: bytes, batch: int, rows: int) -> list[str]:
    """Bring both tables to exactly the rows of `batch`; gives what had to be done.

    Waits for an insert of this batch that a dead worker may have left running. Raises NotStored.
    """
    done = []
    _wait_for_running(client, batch)
    for table in TABLES:
        count = _count(client, table, batch)
        if count == rows:
            continue
        if count:
            client.command(_SQL.delete_batch.replace("{table}", table), parameters={"batch": batch})
        _insert(client, table, block, batch)
        _check(client, table, batch, rows)
        done.append(f"{table}: {count} of {rows}")
    return done


def _wait_for_running(client: Client, batch: int) -> None:
    deadline = clock.monotonic() + 60
    while clock.monotonic() < deadline:
        running = client.query(_SQL.running, parameters={"prefix": f"batch-{batch}-"})
        if not running.result_rows[0][0]:
            return
        clock.sleep(0.1)
