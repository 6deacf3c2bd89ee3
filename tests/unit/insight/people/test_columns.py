"""What lists are ordered by comes out of the history, and is never waited for twice."""

import threading
from typing import Any, cast

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.insight.people import columns
from kervan.insight.people.columns import Column, Kept
from tests.unit.insight.conftest import Tell


def test_when_each_was_seen_and_what_she_brought(clickhouse: Client, tell: Tell) -> None:
    tell(
        {"name": "Page Viewed", "person": 1, "at_ms": 1_000},
        {"name": "Message Sent", "person": 1, "at_ms": 9_000},
        {"name": "Message Opened", "person": 1, "at_ms": 8_000, "properties": {"machine": True}},
        {"name": "Message Clicked", "person": 1, "at_ms": 5_000},
        {"name": "Message Opened", "person": 2, "at_ms": 8_000, "properties": {"machine": True}},
        *(
            {"name": "Order Completed", "person": 3, "at_ms": at, "order_id": "A",
             "currency": "TRY", "value_minor": 500}
            for at in (2_000, 2_500)
        ),
        {"name": "Order Completed", "person": 3, "at_ms": 3_000, "order_id": "B", "currency": "TRY",
         "value_minor": 900},
        {"name": "Order Refunded", "person": 3, "at_ms": 4_000, "order_id": "B", "currency": "TRY",
         "value_minor": 100},
        {"name": "Order Completed", "person": 4, "at_ms": 3_000, "order_id": "C", "currency": "EUR",
         "value_minor": 700},
    )  # fmt: skip
    seen = columns.last_seen(clickhouse)
    told = dict(zip(seen.people.tolist(), seen.values.tolist(), strict=True))
    assert told[1] == 5_000 and 2 not in told
    worth = columns.worth(clickhouse)
    assert worth.currency == "TRY" and worth.people.tolist() == [3, 4]
    assert worth.values.tolist() == [1_300, 0] and worth.orders.tolist() == [2, 1]


def test_an_empty_history_is_no_error(clickhouse: Client) -> None:
    assert not len(columns.last_seen(clickhouse).people)
    assert columns.worth(clickhouse).currency == ""
    assert not len(columns.known_since(clickhouse).people)
    assert columns.rows(clickhouse, [1], 0) == {}


def test_nobody_waits_for_long() -> None:
    slow = threading.Event()
    made: list[int] = []

    def load(_: Any) -> Column:
        slow.wait(30)
        made.append(1)
        return Column(np.zeros(0, np.uint32), np.zeros(0, np.int64), len(made))

    kept = Kept(load, lambda: cast("Client", None))
    assert kept.get(0.01).as_of_ms == 0, "nothing is known before the first is read"
    kept._first_asked -= 1_000
    assert kept.get(900).as_of_ms == 0, "who asks later does not wait as long again"
    kept._first_asked += 1_000
    slow.set()
    assert kept.get(30).as_of_ms == 1
    _end()
    slow.clear()
    kept._until = 0.0
    assert kept.get(30).as_of_ms == 1, "an old column is given while a new one is read"
    slow.set()
    _end()
    assert kept.get(30).as_of_ms == 2


def _end() -> None:
    for thread in threading.enumerate():
        if thread.name == "people-column":
            thread.join(30)
