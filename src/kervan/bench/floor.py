"""The bare cost of collecting: the same bytes and the same rows, with nothing in between."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.bench.report import rate
from kervan.history import write
from kervan.history.event import Events, to_block
from kervan.kernel import clock, sql
from kervan.kernel.postgres import Connection

_STATE = sql.load(__package__, "bench.sql")
_HISTORY = sql.load(__package__, "history.sql")
_NOBODYS_WORKSPACE = 32_000
BARE_BATCHES = 1 << 40
"""From this number on batches are the bare ones."""
# The bare costs measured once on the machine of docs/decisions/two-engines.md, in events/s.
KNOWN_COPY, KNOWN_INSERT = 226_000, 640_000


@dataclass(frozen=True, slots=True)
class Floor:
    """Seconds the bare work took for `events` events: COPY into the intake, inserts of blocks.

    `cpu_seconds` is the CPU time the engines used for it.
    """

    events: int
    copy_seconds: float
    insert_seconds: float
    cpu_seconds: float

    @property
    def events_per_second(self) -> float:
        """Both, one after the other."""
        return rate(self.events, self.copy_seconds + self.insert_seconds)

    @property
    def noisy(self) -> bool:
        """Whether this machine was slower than half of what such a machine is known to do."""
        return (
            rate(self.events, self.copy_seconds) < KNOWN_COPY / 2
            or rate(2 * self.events, self.insert_seconds) < KNOWN_INSERT / 2
        )


def measure(
    conn: Connection,
    client: Client,
    workspace: int,
    after_intake: int,
    after_batch: int,
    limit: int,
    cpu_seconds: Callable[[], float],
) -> Floor:
    """Do again, barely, what the run wrote after these numbers, up to about `limit` events.

    `cpu_seconds` gives the CPU time the engines have used so far.
    """
    rows: list[tuple[object, ...]] = []
    events = 0
    for day, received_at, count, body in conn.execute(
        _STATE.intake_rows, {"workspace": workspace, "after": after_intake}, binary=True
    ).fetchall():
        rows.append((day, _NOBODYS_WORKSPACE, received_at, count, body))
        events += count
        if events >= limit:
            break
    conn.commit()
    blocks = list(_blocks(client, after_batch, limit))
    cpu = cpu_seconds()
    copy_seconds = _copy(conn, rows)
    inserted = sum(count for count, _ in blocks)
    started = clock.monotonic()
    for number, (_, block) in enumerate(blocks):
        write.insert(client, block, BARE_BATCHES + number)
    insert_seconds = clock.monotonic() - started
    share = events / max(1, inserted)  # whole batches were inserted, a few events more or less
    return Floor(events, copy_seconds, insert_seconds * share, cpu_seconds() - cpu)


def _copy(conn: Connection, rows: list[tuple[object, ...]]) -> float:
    started = clock.monotonic()
    for row in rows:
        with conn.cursor() as cursor, cursor.copy(_STATE.copy_intake) as copy:
            copy.set_types(["date", "int2", "timestamptz", "int4", "bytea"])
            copy.write_row(row)
        conn.commit()  # the bytes of one group commit of the run are one commit here
    return clock.monotonic() - started


def _blocks(client: Client, after_batch: int, limit: int) -> Iterator[tuple[int, bytes]]:
    result = client.query(
        _HISTORY.rows, parameters={"first": after_batch + 1}, column_oriented=True, use_none=False
    )
    columns = dict(zip(result.column_names, result.result_columns, strict=True))
    if not columns:
        return
    batches = np.asarray(columns.pop("batch"))
    ends = [*(np.flatnonzero(np.diff(batches)) + 1).tolist(), len(batches)]
    begin = 0
    for number, end in enumerate(ends):
        part = {name: values[begin:end] for name, values in columns.items()}
        yield end - begin, to_block(_events(part), BARE_BATCHES + number)
        begin = end
        if begin >= limit:
            break


def _events(part: dict[str, Any]) -> Events:
    return Events(
        event_id=[bytes(one) for one in part["event_id"]],
        kind=list(part["kind"]),
        name=list(part["name"]),
        person=np.array(part["person"], np.uint32),
        session=np.array(part["session"], np.uint64),
        at_ms=np.array(part["at_ms"], np.int64),
        received_ms=np.array(part["received_ms"], np.int64),
        source=np.array(part["source"], np.uint16),
        channel=list(part["channel"]),
        order_id=list(part["order_id"]),
        currency=list(part["currency"]),
        value_minor=np.array(part["value_minor"], np.int64),
        properties=[one.encode() for one in part["properties"]],
        context=[one.encode() for one in part["context"]],
        quiet=np.zeros(len(part["event_id"]), np.bool_),
    )
