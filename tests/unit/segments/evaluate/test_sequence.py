"""Chains of events: order, distance, what must not follow, and until when."""

from kervan.segments.columns import NEVER
from kervan.segments.tree import Calendar, Filter, Last, Number, Sequence, Span, Stage
from tests.unit.segments.evaluate.world import DAY, HOUR, MINUTE, NOW, E, flips, holds

VIEW, CART = Stage(("View",)), Stage(("Cart",), within=Span(2, "hour"))
LEFT = Stage(("Order",), within=Span(1))


def test_each_stage_is_strictly_later_and_near_enough() -> None:
    done = [
        E(0, NOW - 9 * HOUR, "View"), E(0, NOW - 7 * HOUR, "Cart"),
        E(1, NOW - 9 * HOUR, "View"), E(1, NOW - 7 * HOUR + 1, "Cart"),
        E(2, NOW - 9 * HOUR, "View"), E(2, NOW - 9 * HOUR, "Cart"),
        E(3, NOW - 9 * HOUR, "Cart"), E(3, NOW - 8 * HOUR, "View"),
        E(4, NOW - HOUR, "View"), E(5, NOW - HOUR, "Cart"),
    ]  # fmt: skip
    assert holds(Sequence((VIEW, CART)), done) == "x-----"
    assert holds(Sequence((VIEW, Stage(("Cart",)))), done) == "xx----"
    assert holds(Sequence((VIEW,)), done) == "xxxxx-"


def test_a_chain_may_pass_over_events_that_lead_nowhere() -> None:
    done = [
        E(0, NOW - 9 * HOUR, "View"), E(0, NOW - 8 * HOUR, "Cart"), E(0, NOW - 7 * HOUR, "Cart"),
        E(0, NOW - 6 * HOUR, "Pay"),
        E(1, NOW - 9 * HOUR, "View"), E(1, NOW - 6 * HOUR, "Cart"), E(1, NOW - 6 * HOUR, "Pay"),
    ]  # fmt: skip
    pay = Stage(("Pay",), within=Span(1, "hour"))
    assert holds(Sequence((VIEW, CART, pay)), done) == "x-"
    same = Stage(("View",))
    assert holds(Sequence((same, same)), done) == "--"


def test_what_must_not_follow_has_its_whole_time_to_come() -> None:
    node = Sequence((VIEW, CART), then_not=LEFT)
    start = NOW - DAY
    done = [
        E(0, start - HOUR, "View"), E(0, start, "Cart"),
        E(1, start - HOUR, "View"), E(1, start + 1, "Cart"),
        E(2, start - HOUR, "View"), E(2, start, "Cart"), E(2, NOW),
        E(3, start - HOUR, "View"), E(3, start, "Cart"), E(3, start),
        E(4, start - HOUR, "View"), E(4, start, "Cart"), E(4, NOW + 1),
    ]  # fmt: skip
    assert holds(node, done) == "x--xx"
    assert flips(node, done) == [NEVER, NOW + 1, NEVER, NEVER, NEVER]
    assert holds(node, done, at=NOW + 1) == "xx-xx"
    assert holds(node, done, at=NOW - 1) == "-----"
    assert flips(node, done, at=NOW - 1) == [NOW, NOW + 1, NOW, NOW, NOW]


def test_the_first_stage_lies_in_the_window() -> None:
    week = Sequence((VIEW, CART), window=Last(Span(1, "week")))
    done = [
        E(0, NOW - 7 * DAY, "View"), E(0, NOW - 7 * DAY + HOUR, "Cart"),
        E(1, NOW - 7 * DAY + 1, "View"), E(1, NOW - 7 * DAY + HOUR, "Cart"),
        E(2, NOW - 6 * DAY, "View"), E(2, NOW - 5 * DAY, "View"), E(2, NOW - 5 * DAY + 1, "Cart"),
        E(2, NOW - DAY, "View"),
    ]  # fmt: skip
    assert holds(week, done) == "-xx"
    assert flips(week, done) == [NEVER, NOW + 1, NOW + 2 * DAY]
    month = Sequence((VIEW, CART), window=Calendar("month", back=1))
    assert holds(month, done) == "---"
    assert NEVER not in flips(month, done)


def test_what_is_dated_ahead_does_not_count_yet() -> None:
    done = [E(0, NOW - MINUTE, "View"), E(0, NOW + MINUTE, "Cart")]
    assert holds(Sequence((VIEW, CART)), done) == "-"
    assert flips(Sequence((VIEW, CART)), done) == [NOW + MINUTE]
    assert holds(Sequence((VIEW, CART)), done, at=NOW + MINUTE) == "x"


def test_stages_have_conditions_and_lines() -> None:
    dear = (Filter("price", Number("gt", 5)),)
    done = [
        E(0, NOW - 2, "View", properties={"price": 9}), E(0, NOW, "Cart", lines=[{"price": 9}]),
        E(1, NOW - 2, "View", properties={"price": 1}), E(1, NOW, "Cart", lines=[{"price": 9}]),
        E(2, NOW - 2, "View", properties={"price": 9}), E(2, NOW, "Cart", lines=[{"price": 1}]),
    ]  # fmt: skip
    node = Sequence((Stage(("View",), dear), Stage(("Cart",), lines=dear)))
    assert holds(node, done) == "x--"
