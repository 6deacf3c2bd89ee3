"""Who is who changes, by events and by an operator's word: everything is hers, and counted once."""

import pytest
from clickhouse_connect.driver.client import Client

from kervan.collect import keep, reunite, store
from kervan.history import read
from kervan.insight import timeline
from kervan.journeys import follow
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.profiles import read as profiles
from tests.unit.collect.processing import VAULT, House, event

_COUNTS = "select who, count() from events where who != 0 group by who order by who"
_ORDERS = "select person, uniqExact(order_id), count() from order_line group by 1 order by 1"


def _order(number: str, order: str, **more: object) -> dict[str, object]:
    product = {"product_id": "p", "quantity": 1, "price": 10}
    told = {"order_id": order, "total": 10, "currency": "TRY", "products": [product]}
    return event(number, "Order Completed", properties=told, **more)


def _figures(history: Client) -> dict[int, int]:
    return {int(who): int(count) for who, count in history.query(_COUNTS).result_rows}


def _orders(history: Client) -> list[tuple[int, int, int]]:
    return [tuple(map(int, row)) for row in history.query(_ORDERS).result_rows]


def _number(house: House, user: str) -> int:
    (row,) = house.conn.execute(
        "select p.person from profile p where p.id = any(%s)",
        (profiles.by_identifier(house.conn, VAULT.workspace(house.workspace), "TR", 1, user),),
    ).fetchall()
    return int(row[0])


def _names(house: House, person: int) -> list[str]:
    who = timeline.whose(house.conn, person)
    return [one.name for one in read.timeline(house.history, who.parts, who.visits)][::-1]


def _merge(house: House, one: int, other: int) -> reunite.Told | None:
    number = store.workspace_id(house.conn, house.workspace)
    vault = VAULT.workspace(house.workspace)
    told = reunite.merge(
        house.conn, vault, number, (one, other), "ayşe", clock.now_ms(), [follow.note]
    )
    house.conn.commit()
    if told is not None:
        reunite.tell(house.conn, house.history, told)
        house.conn.commit()
    return told


def _unmerge(house: House, link: int) -> None:
    number = store.workspace_id(house.conn, house.workspace)
    vault = VAULT.workspace(house.workspace)
    told = reunite.unmerge(house.conn, vault, number, link, "ayşe", clock.now_ms())
    house.conn.commit()
    reunite.tell(house.conn, house.history, told)
    house.conn.commit()


def test_a_visitor_becomes_a_lead_becomes_a_customer(house: House) -> None:
    mail = {"email": "irem@ornek.com"}
    house.take(event("1", "Page Viewed", anonymousId="a"), source=house.browser)
    house.process()
    assert _figures(house.history) == {}
    house.take(event("2", "Subscribed", context={"traits": mail}))
    house.process()
    (lead,) = _figures(house.history)
    house.take(event("3", "Signed In", userId="u1", anonymousId="a"), source=house.browser)
    house.process()
    house.take({**_order("4", "o1", userId="u1"), "context": {"traits": mail}})
    house.process()
    customer = _number(house, "u1")
    assert _figures(house.history) == {customer: 4}
    assert sorted(_names(house, customer)) == sorted(
        ["Page Viewed", "Subscribed", "Signed In", "Order Completed"]
    )
    assert _names(house, lead) == _names(house, customer)
    assert _orders(house.history) == [(customer, 1, 1)]


def test_an_operator_merges_and_parts_and_both_are_what_they_were(house: House) -> None:
    house.take(
        event("1", userId="u1"),
        event("2", "Page Viewed", anonymousId="a"),
        event("3", "Signed In", userId="u1", anonymousId="a"),
        _order("4", "o1", userId="u1"),
        _order("5", "o1", userId="u2"),
        _order("6", "o2", userId="u2"),
    )
    house.process()
    one, two = _number(house, "u1"), _number(house, "u2")
    before = _figures(house.history)
    assert before == {one: 4, two: 2}
    orders = _orders(house.history)
    timelines = _names(house, one), _names(house, two)
    told = _merge(house, one, two)
    assert told is not None
    head = profiles.heads(house.conn, [one])[one]
    assert _figures(house.history) == {head: 6}
    assert len(_names(house, one)) == 6
    assert _names(house, one) == _names(house, two)
    assert _orders(house.history) == [(head, 2, 2)]
    assert _merge(house, one, two) is None  # doing it again changes nothing
    decided = [
        happening.properties["what"]
        for happening in timeline.read(
            house.conn,
            VAULT.workspace(house.workspace),
            house.history,
            timeline.whose(house.conn, two),
        )
        if happening.name == timeline.DECIDED
    ]
    assert "merged" in decided
    house.take(event("7", "Page Viewed", userId="u2"))
    house.process()
    assert _figures(house.history) == {head: 7}
    (link,) = house.conn.execute("select link from merge_link").fetchone() or (0,)
    _unmerge(house, int(link))
    assert _figures(house.history) == {one: 4, two: 3}
    assert _orders(house.history) == orders
    assert _names(house, one) == timelines[0]
    assert sorted(_names(house, two)) == sorted([*timelines[1], "Page Viewed"])


def test_a_merge_that_history_has_not_heard_of_is_brought_there_by_a_worker(house: House) -> None:
    house.take(event("1", userId="u1"), event("2", userId="u2"))
    house.process()
    one, two = _number(house, "u1"), _number(house, "u2")
    number = store.workspace_id(house.conn, house.workspace)
    vault = VAULT.workspace(house.workspace)
    assert reunite.merge(house.conn, vault, number, (one, two), "ayşe", clock.now_ms()) is not None
    house.conn.execute("update kervan.batch set created_at = created_at - interval '1 minute'")
    house.conn.commit()  # and here the process dies
    assert len(_figures(house.history)) == 2
    assert keep.recover(house.conn, house.history, VAULT, number, 99) == 1
    house.conn.commit()
    assert list(_figures(house.history).values()) == [2]


def test_a_till_card_joins_whose_phone_it_knows(house: House) -> None:
    phone, card = {"phone": "0532 123 45 67"}, {"card": "L-77"}
    house.take(_order("1", "o1", context={"traits": phone | card}))
    house.process()
    (till,) = _figures(house.history)
    house.take(_order("2", "o2", userId="u1", context={"traits": {"phone": "+90 532 1234567"}}))
    house.process()
    customer = _number(house, "u1")
    assert _figures(house.history) == {customer: 2}
    assert _orders(house.history) == [(customer, 2, 2)]
    assert _names(house, till) == _names(house, customer) == ["Order Completed"] * 2


def test_a_person_is_not_merged_with_herself(house: House) -> None:
    house.take(event("1", userId="u1"))
    house.process()
    one = _number(house, "u1")
    with pytest.raises(KervanError, match="same profile"):
        _merge(house, one, one)
