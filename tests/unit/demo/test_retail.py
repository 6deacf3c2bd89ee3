"""The published order lines become the right events at the right times."""

from datetime import date, datetime

import msgspec
import pyarrow as pa
import pytest

from kervan.demo import retail

_YESTERDAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def lines() -> retail.Lines:
    return retail.read_lines()


def _table(**columns: list[object]) -> pa.Table:
    return pa.table(columns)


def test_one_event_per_invoice_and_refunds_for_cancelled_ones(lines: retail.Lines) -> None:
    calls = list(retail.calls(lines, retail.shift_days(_YESTERDAY)))
    refunds = [call for call in calls if call.event == "Order Refunded"]
    assert len(calls) == 25_900
    assert len(refunds) == 3_836
    assert len({call.messageId for call in calls}) == 25_900
    assert sum(len(call.properties.products) for call in calls) == 541_909
    assert all(call.properties.revenue >= 0 for call in refunds)


def test_the_last_day_is_yesterday_in_the_shops_calendar(lines: retail.Lines) -> None:
    calls = retail.calls(lines, retail.shift_days(_YESTERDAY))
    last = max(call.timestamp for call in calls)
    assert last == "2026-11-20T12:50:00.000Z"  # November: London is on UTC


def test_guests_get_an_anonymous_id_of_their_own(lines: retail.Lines) -> None:
    guests = [c for c in retail.calls(lines, 0) if c.userId is None]
    assert len(guests) == len({c.anonymousId for c in guests})
    assert all(c.anonymousId for c in guests)


def test_sub_penny_prices_add_up_exactly() -> None:
    table = _table(
        InvoiceNo=["1", "1"],
        StockCode=["a", "b"],
        Description=["A", None],
        Quantity=[3, 7],
        InvoiceDate=[datetime.fromisoformat("2011-07-01T09:00")] * 2,
        UnitPrice=[0.001, 1.25],
        CustomerID=[5, 5],
        Country=["France", "France"],
    )
    (call,) = retail.calls(retail.group_lines(table), 0)
    assert call.properties.revenue == 8.753
    assert call.timestamp == "2011-07-01T08:00:00.000Z"  # July: London is an hour ahead
    assert call.properties.products[1].name is None


def test_bodies_hold_every_event_once_and_stay_small(lines: retail.Lines) -> None:
    seen: set[str] = set()
    for body, count in retail.bodies(lines, 0):
        assert len(body) < 3_000_000
        batch = msgspec.json.decode(body)["batch"]
        assert len(batch) == count <= retail.EVENTS_PER_BATCH
        seen.update(event["messageId"] for event in batch)
    assert len(seen) == 25_900
