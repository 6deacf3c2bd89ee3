"""The bare cost of collecting: when it is called noisy, and that it writes what the run wrote."""

from datetime import timedelta

import numpy as np
import pytest
from clickhouse_connect.driver.client import Client

from kervan.bench import floor
from kervan.bench.floor import KNOWN_COPY, KNOWN_INSERT, Floor
from kervan.collect import intake
from kervan.history import write
from kervan.history.event import Events, to_block
from kervan.kernel import clock, ids
from kervan.kernel.postgres import Connection


def _floor(copied: float, inserted: float) -> Floor:
    """A floor with these speeds in events/s; inserts go into two tables."""
    events = 1_000
    return Floor(events, events / copied, 2 * events / inserted, 0.1)


@pytest.mark.parametrize(
    ("copied", "inserted", "is_noisy"),
    [
        (KNOWN_COPY, KNOWN_INSERT, False),
        (KNOWN_COPY * 10, KNOWN_INSERT * 10, False),
        (KNOWN_COPY * 0.51, KNOWN_INSERT * 0.51, False),
        (KNOWN_COPY * 0.49, KNOWN_INSERT, True),
        (KNOWN_COPY, KNOWN_INSERT * 0.49, True),
    ],
)
def test_a_floor_below_half_of_what_is_known_is_noisy(
    copied: float, inserted: float, is_noisy: bool
) -> None:
    assert _floor(copied, inserted).noisy is is_noisy


def test_both_costs_count_one_after_the_other() -> None:
    assert Floor(100, 0.5, 1.5, 0.0).events_per_second == pytest.approx(50)


def test_a_floor_too_small_for_the_clock_is_still_a_number() -> None:
    assert Floor(1, 0.0, 0.0, 0.0).events_per_second > 0
    assert Floor(1, 0.0, 0.0, 0.0).noisy is False
    assert Floor(0, 0.0, 0.0, 0.0).events_per_second == 0


def _events(count: int, at_ms: int) -> Events:
    return Events(
        event_id=[ids.random_bytes(16) for _ in range(count)],
        kind=["track"] * count,
        name=["Product Viewed"] * count,
        person=np.arange(1, count + 1, dtype=np.uint32),
        session=np.zeros(count, np.uint64),
        at_ms=np.full(count, at_ms, np.int64),
        received_ms=np.full(count, at_ms, np.int64),
        source=np.ones(count, np.uint16),
        channel=["web"] * count,
        order_id=[""] * count,
        currency=["TRY"] * count,
        value_minor=np.full(count, 1_250, np.int64),
        properties=[b'{"product_id":"p-1"}'] * count,
        context=[b"{}"] * count,
        quiet=np.zeros(count, np.bool_),
    )


def _keep(conn: Connection, client: Client, first_batch: int) -> None:
    """Three intake rows of ten events, and the same events as two batches of history."""
    now = clock.now()
    intake.open_days(conn, [now.date(), now.date() + timedelta(days=1)])
    for _ in range(3):
        conn.execute(
            "insert into kervan.intake (day, workspace, received_at, events, body)"
            " values (%s, 1, %s, 10, 'bytes')",
            (now.date(), now),
        )
    conn.commit()
    for batch in (first_batch, first_batch + 1):
        write.insert(client, to_block(_events(15, clock.to_ms(now)), batch), batch)


def test_the_same_rows_are_written_again_apart_from_the_real_ones(
    postgres: Connection, clickhouse: Client
) -> None:
    nothing = floor.measure(postgres, clickhouse, 1, 0, 0, 30, lambda: 0.0)
    assert (nothing.events, nothing.events_per_second) == (0, 0.0)
    _keep(postgres, clickhouse, 1)
    bare = floor.measure(postgres, clickhouse, 1, 0, 0, 30, lambda: 0.0)
    assert bare.events == 30
    rows = postgres.execute(
        "select workspace, count(*), sum(events) from kervan.intake group by 1 order by 1"
    ).fetchall()
    assert [(count, events) for _, count, events in rows] == [(3, 30), (3, 30)]
    for table in ("events", "events_by_person"):
        found = clickhouse.query(
            f"SELECT batch >= {floor.BARE_BATCHES}, count(), uniqExact(event_id) FROM {table}"
            " GROUP BY 1 ORDER BY 1"
        ).result_rows
        assert [(int(n), int(unique)) for _, n, unique in found] == [(30, 30), (30, 30)]
