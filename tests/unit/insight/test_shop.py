"""The published figures of a real shop come out of our own history."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec
import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.demo import retail
from kervan.history import event, write
from kervan.insight import shop
from kervan.kernel import clock, ids

_SOURCE = 7
_DAYS = retail.shift_days(date(2026, 11, 20))


def _history(calls: list[retail.Call]) -> event.Events:
    moments = [clock.to_ms(datetime.fromisoformat(call.timestamp)) for call in calls]
    count = len(calls)
    return event.Events(
        event_id=[ids.hash16(call.messageId.encode()) for call in calls],
        kind=["track"] * count,
        name=[call.event for call in calls],
        person=np.array([int(call.userId or 0) for call in calls], np.uint32),
        session=np.zeros(count, np.uint64),
        at_ms=np.array(moments, np.int64),
        received_ms=np.array(moments, np.int64),
        source=np.full(count, _SOURCE, np.uint16),
        channel=[""] * count,
        order_id=[call.properties.order_id for call in calls],
        currency=["GBP"] * count,
        value_minor=np.array([round(call.properties.revenue * 100) for call in calls], np.int64),
        properties=[msgspec.json.encode(call.properties) for call in calls],
        context=[b"{}"] * count,
        quiet=np.ones(count, np.bool_),
    )


def test_published_figures(clickhouse: Client) -> None:
    calls = list(retail.calls(retail.read_lines(), _DAYS))
    # one order told a second time, an hour later and by another event, as shops do
    again = msgspec.structs.replace(
        calls[0], messageId="again", timestamp=calls[0].timestamp.replace("T08", "T09")
    )
    write.insert(clickhouse, event.to_block(_history([*calls, again]), 1), 1)

    span = shop.span(clickhouse, _SOURCE, "Europe/London")
    assert span.last_day == date(2026, 11, 20)
    assert span.events == 25_901
    found = shop.figures(clickhouse, _SOURCE, "Europe/London", shift_days=_DAYS)
    assert found.lines == 397_884
    assert found.customers == 4_338
    assert found.orders == 18_532
    assert found.revenue == Decimal("8911407.904")
    assert round(found.average_order, 3) == Decimal("480.866")
    assert round(found.repeat_share * 100, 2) == Decimal("65.58")
    assert found.one_time == 1_493
    assert found.recency_days == (13, 33, 72, 180)
    assert found.frequency == (1, 2, 3, 6)
    assert found.cohort[:5] == (885, 324, 286, 340, 321)


def test_an_empty_history_has_no_customers(clickhouse: Client) -> None:
    as_of = date(2026, 1, 1) + timedelta(days=1)
    found = shop.figures(clickhouse, 1, "Europe/Istanbul", as_of=as_of)
    assert (found.lines, found.customers, found.orders, found.one_time) == (0, 0, 0, 0)
    assert found.revenue == found.average_order == found.repeat_share == 0
    assert found.cohort == ()
