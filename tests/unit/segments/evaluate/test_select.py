"""Which events a condition is about: names, properties, product lines, orders and hours."""

import numpy as np
import pytest

from kervan.segments import tree
from kervan.segments.columns import Words
from kervan.segments.evaluate.asking import evaluate
from kervan.segments.evaluate.meet import Vocabulary
from kervan.segments.evaluate.select import History, Pick
from kervan.segments.tree import (
    Clock,
    Event,
    Filter,
    Flag,
    Known,
    Last,
    Number,
    Span,
    Text,
    Unknown,
)
from tests.unit.segments.evaluate.world import (
    DAY,
    HOUR,
    NOW,
    E,
    events,
    holds,
    instants,
    ms,
    people,
)


def _where(path: str, test: tree.Test) -> Event:
    return Event(("Order",), where=(Filter(path, test),))


def test_people_without_events_and_names_nobody_did() -> None:
    who = people(3)
    done = [E(1, NOW)]
    assert holds(Event(("Order",)), done, who) == "-x-"
    assert holds(Event(("Order",), test=Number("eq", 0)), done, who) == "x-x"
    assert holds(Event(("Other", "Order")), done, who) == "-x-"
    assert holds(Event(("Other",)), done, who) == "---"
    assert holds(Event(("Order",)), (), who) == "---"


def test_names_together_are_one_question() -> None:
    done = [E(0, NOW), E(0, NOW - 5, "View"), E(1, NOW, "View"), E(1, NOW, "Cart")]
    assert holds(Event(("View", "Order", "View"), test=Number("gte", 2)), done) == "x-"


@pytest.mark.parametrize(
    ("path", "test", "wanted"),
    [
        ("price", Number("gte", 10), "xx-"),
        ("price", Unknown(), "--x"),
        ("sale", Flag(value=False), "x--"),
        ("missing", Unknown(), "xxx"),
        ("missing", Known(), "---"),
        ("price", tree.Time(tree.Ever()), "---"),
        ("@channel", Text("eq", ("web",)), "x--"),
        ("@channel", Text("ne", ("web",)), "-x-"),
        ("@channel", Unknown(), "--x"),
        ("@order", Number("eq", 17), "x--"),
        ("@order", Text("eq", ("17",)), "x--"),
        ("@currency", Known(), "-x-"),
        ("@value", Number("gt", 0), "-x-"),
        ("@value", Known(), "xxx"),
        ("@name", Text("eq", ("Order",)), "xxx"),
        ("@nothing", Unknown(), "xxx"),
    ],
)
def test_where_reads_properties_and_columns(path: str, test: tree.Test, wanted: str) -> None:
    done = [
        E(0, NOW, order="17", channel="web", properties={"price": 10, "sale": False}),
        E(1, NOW, order="a", channel="app", currency="TRY", value=1, properties={"price": "1e1"}),
        E(2, NOW),
    ]
    assert holds(_where(path, test), done) == wanted


def test_all_conditions_are_about_the_same_event() -> None:
    two = (Filter("a", Number("eq", 1)), Filter("b", Number("eq", 1)))
    done = [
        E(0, NOW, properties={"a": 1, "b": 2}), E(0, NOW, properties={"a": 2, "b": 1}),
        E(1, NOW, properties={"a": 1, "b": 1}),
    ]  # fmt: skip
    assert holds(Event(("Order",), where=two), done) == "-x"


def test_lines_are_met_by_one_same_line_or_by_an_event_without_any() -> None:
    lines = (Filter("sku", Text("eq", ("a",))), Filter("price", Number("lt", 5)))
    done = [
        E(0, NOW, lines=[{"sku": "a", "price": 9}, {"sku": "b", "price": 1}]),
        E(1, NOW, lines=[{"sku": "b", "price": 1}, {"sku": "a", "price": 1}]),
        E(2, NOW, properties={"sku": "a", "price": 1}),
        E(3, NOW, lines=[{"sku": "b"}], properties={"sku": "a", "price": 1}),
        E(4, NOW, properties={"sku": "a", "price": 9}),
        E(5, NOW, "View", lines=[{"sku": "a", "price": 1}]),
    ]
    assert holds(Event(("Order",), lines=lines), done) == "-xx---"
    column = (*lines, Filter("@channel", Text("eq", ("web",))))
    done[1].channel = "web"
    assert holds(Event(("Order",), lines=column), done) == "-x----"


def test_an_order_counts_once_as_its_earliest_report_that_fits() -> None:
    done = [
        E(0, NOW - 40 * DAY, order="1"), E(0, NOW - DAY, order="1"),  # old already
        E(1, NOW - 2 * DAY, order="1"), E(1, NOW - DAY, order="1"),
        E(2, NOW - 40 * DAY, "View", order="1"), E(2, NOW - DAY, order="1"),  # another name
        E(3, NOW - DAY), E(3, NOW - DAY),  # no order, each its own
        E(4, NOW - DAY, order="2"), E(4, NOW - DAY, order="3"),
    ]  # fmt: skip
    window = Last(Span(30))
    once = Event(("Order",), window=window, once=True)
    assert holds(once, done) == "-xxxx"
    twice = Event(("Order",), window=window, once=True, test=Number("gte", 2))
    assert holds(twice, done) == "---xx"
    paid = (Filter("paid", Flag(value=True)),)
    done = [E(0, NOW - 40 * DAY, order="1"), E(0, NOW, order="1", properties={"paid": True})]
    assert holds(Event(("Order",), paid, window=window, once=True), done) == "x"


def test_of_reports_at_one_instant_the_first_by_id_is_the_order() -> None:
    done = [E(0, NOW, order="1", properties={"v": 1}), E(0, NOW, order="1", properties={"v": 2})]
    total = Event(("Order",), once=True, measure=tree.Sum("v"), test=Number("eq", 1))
    assert holds(total, done) == "x"


def test_the_clock_is_that_of_the_persons_zone() -> None:
    friday_night = ms("2026-11-20T22:30+03:00")  # in Istanbul; 19:30 UTC
    done = [E(0, friday_night), E(1, friday_night + 2 * HOUR)]

    def at(*weekdays: int, hours: tuple[int, int] = (0, 0)) -> str:
        return holds(Event(("Order",), clock=Clock(weekdays, *hours)), done)

    assert at() == "xx"
    assert at(5) == "x-"
    assert at(6) == "-x"
    assert at(hours=(22, 23)) == "x-"
    assert at(hours=(22, 4)) == "xx"
    assert at(5, hours=(22, 4)) == "x-"
    assert at(hours=(0, 22)) == "-x"
    assert at(hours=(8, 24)) == "x-"
    assert at(hours=(23, 0)) == "--"


def test_places_of_instants() -> None:
    done = [E(0, 10), E(0, 10), E(0, 20), E(2, 5), E(2, 7), E(2, 7), E(2, 9)]
    history = History(people(4), events(done), instants(4), Vocabulary())
    assert history.starts.tolist() == [0, 3, 3, 7, 7]
    for instant in range(30):
        wanted = [
            start + sum(one.who == who and one.at <= instant for one in done)
            for who, start in enumerate(history.starts[:-1])
        ]
        assert history.upto(instants(4, instant)).tolist() == wanted
    assert history.later(np.arange(7)).tolist() == [2, 2, 3, 4, 6, 6, 7]


def test_many_names_are_told_apart() -> None:
    names = [f"n{i}" for i in range(40_000)]
    some = events([E(0, NOW), E(1, NOW)])
    some.name = Words(np.array([39_999, 3], np.int32), tuple(names))
    from_many = History(people(2), some, instants(2), Vocabulary())
    assert from_many.pick(Pick(("n39999",))).places.tolist() == [0]
    assert from_many.pick(Pick(("n3",))).places.tolist() == [1]


def test_without_product_lines_each_event_is_its_own() -> None:
    some = events([E(0, NOW, properties={"sku": "a"}), E(1, NOW, properties={"sku": "b"})])
    some.lines = None
    node = Event(("Order",), lines=(Filter("sku", Text("eq", ("a",))),))
    assert evaluate(node, people(2), some, instants(2)).holds.tolist() == [True, False]
