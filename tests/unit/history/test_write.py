"""Writing history: what was stored is counted, because a good answer is no proof."""

import numpy as np
import pytest
from clickhouse_connect.driver.client import Client

from kervan.history import event, link, write
from tests.unit.history.loss import lose

_MONTH_MS = 31 * 86_400_000


def _block(count: int, batch: int) -> bytes:
    """Events of `count` different months."""
    at = 946_684_800_000 + np.arange(count, dtype=np.int64) * _MONTH_MS
    empty = [""] * count
    return event.to_block(
        event.Events(
            event_id=[i.to_bytes(16, "big") for i in range(count)],
            kind=["track"] * count,
            name=["Visited"] * count,
            person=np.ones(count, np.uint32),
            session=np.zeros(count, np.uint64),
            at_ms=at,
            received_ms=at,
            source=np.ones(count, np.uint16),
            channel=empty,
            order_id=empty,
            currency=empty,
            value_minor=np.zeros(count, np.int64),
            properties=[b"{}"] * count,
            context=[b"{}"] * count,
            quiet=np.zeros(count, np.bool_),
        ),
        batch,
    )


def test_a_batch_may_touch_more_months_than_clickhouse_likes(clickhouse: Client) -> None:
    write.insert(clickhouse, _block(120, 1), 1)
    for table in write.TABLES:
        assert clickhouse.query(f"select count() from {table}").result_rows == [(120,)]


@pytest.mark.parametrize("table", write.TABLES)
def test_an_insert_that_stored_nothing_is_an_error_not_a_success(
    clickhouse: Client, table: str
) -> None:
    clickhouse.command(f"rename table {table} to away")
    clickhouse.command(f"create table {table} as away engine = Null")
    block = _block(3, 1)
    with pytest.raises(write.NotStored):
        write.insert(clickhouse, block, 1)
    with pytest.raises(write.NotStored):
        write.recover(clickhouse, block, 1, 3)
    clickhouse.command(f"drop table {table}")
    clickhouse.command(f"rename table away to {table}")
    write.recover(clickhouse, block, 1, 3)
    for one in write.TABLES:
        rows = clickhouse.query(f"select count(), uniqExact(event_id) from {one}").result_rows
        assert rows == [(3, 3)]


def test_a_batch_brings_its_links_and_knows_when_they_were_not_stored(clickhouse: Client) -> None:
    write.insert(clickhouse, _block(2, 7), 7, [(8, 80), (9, 90), (9, 90)])
    link.keep(clickhouse, [(8, 81)], [], 9)
    clickhouse.command("optimize table session_link final")  # the newer one replaces the older
    write.insert(clickhouse, _block(2, 8), 8, [(8, 80)])
    found = clickhouse.query("select session, argMax(person, version) from session_link group by 1")
    assert sorted(found.result_rows) == [(8, 81), (9, 90)]
    lose(clickhouse, "session_link")
    with pytest.raises(write.NotStored):
        write.insert(clickhouse, _block(2, 9), 9, [(10, 100)])


def test_a_batch_brings_its_heads_and_knows_when_they_were_not_stored(clickhouse: Client) -> None:
    write.insert(clickhouse, _block(2, 7), 7, [], [(1, 80)])
    link.refresh(clickhouse)
    assert clickhouse.query("select distinct who from events").result_rows == [(80,)]
    lose(clickhouse, "person_link")
    with pytest.raises(write.NotStored):
        write.insert(clickhouse, _block(2, 9), 9, [], [(2, 90)])
