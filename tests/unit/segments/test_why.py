"""Why somebody is in a segment or not: each condition with what it found."""

from kervan.segments import tree
from kervan.segments.tree import Event, Last, Latest, Money, Number, Span, Text, Trait
from kervan.segments.why import Known, Reason, why
from tests.unit.segments.shop import Shop

DAY_MS = 86_400_000
BUYERS = Event(("Order Completed",), test=Number("gte", 2), window=Last(Span(30)))


def _ask(shop: Shop, user: str, node: tree.Node, known: Known | None = None) -> list[Reason]:
    return why(
        shop.conn, shop.house.history, shop.person(user), node, known or Known(), shop.now_ms
    )


def _buy(shop: Shop) -> None:
    shop.happen(
        {"type": "track", "event": "Order Completed", "userId": "ayşe", "messageId": "1",
         "properties": {"order_id": "1", "total": 12.5, "currency": "TRY", "city": "Bakı"}},
        {"type": "identify", "userId": "ayşe", "messageId": "2", "traits": {"plan": "gold"}},
    )  # fmt: skip


def test_each_condition_says_what_it_found_and_until_when(shop: Shop) -> None:
    _buy(shop)
    node = tree.All((
        BUYERS,
        tree.Any((Trait("plan", Text("eq", ("gold",))), Trait("city", tree.Known()))),
        Event(("Order Completed",), measure=Money("TRY"), test=Number("gt", 10)),
        Event(("Order Completed",), measure=Latest("city"), test=Text("eq", ("Bakı",))),
    ))  # fmt: skip
    found = _ask(shop, "ayşe", node)
    assert [(one.path, one.depth, one.holds, one.said) for one in found] == [
        ("", 0, False, None),
        ("/of/0", 1, False, 1.0),
        ("/of/1", 1, True, None),
        ("/of/1/of/0", 2, True, "gold"),
        ("/of/1/of/1", 2, False, None),
        ("/of/2", 1, True, 12.5),
        ("/of/3", 1, True, "Bakı"),
    ]
    assert found[3].flip_at_ms is None


def test_a_condition_on_another_segment_says_why_there(shop: Shop) -> None:
    _buy(shop)
    node = tree.Nothing((tree.Member("buyers"),))
    found = _ask(shop, "ayşe", node, Known({"buyers": BUYERS}))
    assert [(one.path, one.holds) for one in found] == [
        ("", True), ("/of/0", False), ("/of/0/buyers", False),
    ]  # fmt: skip


def test_time_alone_is_named(shop: Shop) -> None:
    _buy(shop)
    node = Event(("Order Completed",), window=Last(Span(1)))
    before = shop.now_ms
    (only,) = _ask(shop, "ayşe", node)
    assert only.holds and only.flip_at_ms is not None
    assert before - 60_000 < only.flip_at_ms - DAY_MS <= shop.now_ms


def test_of_nobody_nothing_is_said(shop: Shop) -> None:
    assert why(shop.conn, shop.house.history, 4711, BUYERS, Known(), shop.now_ms) == []
