"""Revenue by segment is of who was in it when a message was clicked, and counts in each segment."""

from datetime import date
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from kervan.insight.metrics import behind, period, sales, segments
from kervan.insight.metrics.segments import Brought
from kervan.insight.metrics.windows import Windows
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments.live.tick import ENTERED, LEFT

_T = 1_795_046_400_000  # 2026-11-19 00:00 UTC
_HOUR = 3_600_000
_SEGMENT = (
    "insert into segment values (%s, %s, %s, 'tree', 'active', 1, now(), 'test', now(), 'test')"
)


def _click(person: int, hours: int) -> dict[str, Any]:
    about = {"message": f"m{person}", "journey": "basket", "step": "mail", "channel": "email"}
    return {"name": "Message Clicked", "person": person, "at_ms": _T + hours * _HOUR,
            "channel": "email", "source": 0, "properties": about}  # fmt: skip


def _order(person: int, hours: int, minor: int, currency: str = "TRY") -> dict[str, Any]:
    return {"name": "Order Completed", "person": person, "at_ms": _T + hours * _HOUR,
            "order_id": f"{person}/{hours}", "currency": currency,
            "value_minor": minor}  # fmt: skip


def _change(name: str, person: int, hours: int, segment: str) -> dict[str, Any]:
    return {"name": name, "person": person, "at_ms": _T + hours * _HOUR, "source": 0,
            "properties": {"segment": segment}}  # fmt: skip


@pytest.fixture
def conn(postgres: Connection) -> Connection:
    """Segments 3 (loyal) and 9 (dormant): in the first now are 1, 2, 4, in the other 2."""
    for number, key in ((3, "loyal"), (9, "dormant")):
        postgres.execute(_SEGMENT, (number, key, key.title()))
        postgres.execute("insert into segment_live values (%s, 'x', now())", (number,))
    for person, inside in ((1, "08"), (2, "0802"), (4, "08")):
        postgres.execute("insert into membership values (%s, decode(%s, 'hex'), 0)",
                         (person, inside))  # fmt: skip
    return postgres


@pytest.mark.parametrize("named", [20_000, 0])
def test_each_order_counts_where_its_buyer_was_then(
    conn: Connection, clickhouse: Client, tell: Any, named: int
) -> None:
    tell(
        *(_click(one, 2) for one in (1, 2, 3, 4)),
        _order(1, 4, 10_000),
        _order(2, 4, 2_000),
        _order(3, 4, 300),
        _order(3, 5, 40, "AZN"),
        _order(4, 4, 5),
        _order(5, 4, 999),  # belongs to no message
        _change(ENTERED, 1, 3, "loyal"),  # after the click, so she was not in
        _change(LEFT, 3, 3, "dormant"),  # was in when she clicked
        _change(ENTERED, 4, 1, "loyal"),
        _change(LEFT, 4, 3, "loyal"),  # out and in again since: was in
        _change(ENTERED, 4, 6, "loyal"),
        _change(ENTERED, 5, 3, "loyal"),
    )
    mine = period.of(date(2026, 11, 18), date(2026, 11, 20), "Europe/Istanbul")
    sold = sales.read(clickhouse, Windows(), mine.begin_ms, mine.end_ms)
    found = segments.brought(conn, clickhouse, sold, sold.caused, 20, most_named=named)
    assert sorted(found, key=lambda one: (one.key, one.currency)) == [
        Brought("dormant", "Dormant", "AZN", 1, 1, 40),
        Brought("dormant", "Dormant", "TRY", 2, 2, 2_300),
        Brought("loyal", "Loyal", "TRY", 2, 2, 2_005),
    ]
    for one in found:  # each number opens as many people, with as many orders, of that worth
        mine = sold.caused & (sold.currency.codes == sold.currency.words.index(one.currency))
        people = segments.buyers(conn, clickhouse, sold, mine, one.key, most_named=named)
        assert len(people) == one.people
        assert sum(row[2] for row in people) == one.orders
        assert sum(row[4] for row in people) == one.net_minor
    greatest = segments.brought(conn, clickhouse, sold, sold.caused, 1)
    assert {(one.key, one.currency) for one in greatest} == {("dormant", "AZN"), ("dormant", "TRY")}


def test_the_people_of_a_segment_come_latest_first(
    conn: Connection, clickhouse: Client, tell: Any
) -> None:
    tell(
        *(_click(one, 2) for one in (1, 2, 4)),
        *(_order(1, hours, 100) for hours in (3, 5)),
        _order(2, 4, 2_000),
        _order(2, 6, 7, "AZN"),
        _order(4, 4, 30),
        _change(ENTERED, 4, 3, "loyal"),
    )
    mine = period.of(date(2026, 11, 18), date(2026, 11, 20), "Europe/Istanbul")
    asked = behind.Asked("attributed_revenue", segment="loyal")
    people = behind.people(conn, clickhouse, Windows(), mine, asked, 1)
    assert people == [behind.Behind(2, _T + 6 * _HOUR, 2, "AZN", 7)]
    after = behind.Place(people[0].at_ms, str(people[0].person))
    rest = behind.people(conn, clickhouse, Windows(), mine, asked, 9, after)
    assert rest == [behind.Behind(1, _T + 5 * _HOUR, 2, "TRY", 200)]
    own = behind.Asked("attributed_revenue", currency="TRY", segment="loyal")
    told = behind.people(conn, clickhouse, Windows(), mine, own, 9)
    assert [(one.person, one.minor) for one in told] == [(1, 200), (2, 2_000)]
    for wrong in (behind.Asked("cr", segment="loyal"), behind.Asked(own.key, segment="none")):
        with pytest.raises(KervanError):
            behind.people(conn, clickhouse, Windows(), mine, wrong, 9)
