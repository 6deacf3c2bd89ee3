"""Every decision of a turn is a row, with the event behind it and what a goal was worth."""

import numpy as np
import pytest

from kervan.journeys.columns import Signals
from kervan.journeys.core import decide
from kervan.journeys.decided import keep, rows
from kervan.journeys.decided.rows import ENTERED, GOAL, LEFT, PASSED, REFUSED
from tests.unit.journeys.world import HOUR, Happening, World, book, signals

JOURNEY = """
journey:
  key: basket
  name: Basket
  trigger: {event: Product Added}
  goal: {event: Order Completed, within: 3 days}
  steps:
    - {key: wait, kind: wait, until: {event: Came Back}, timeout: 1 hour,
       next: {matched: back, timed_out: rest}}
    - {key: rest, kind: wait, for: 1 day}
    - {key: end, kind: exit, reason: no answer}
    - {key: back, kind: exit, reason: came back}
"""


def _turn(world: World, happenings: list[Happening], at_ms: int) -> tuple[rows.Rows, Signals]:
    given = signals(happenings)
    decisions = decide(world.book, world.runs, given, at_ms)
    decisions.runs.run[:] = np.arange(1, len(decisions.runs) + 1)
    world.runs = decisions.runs
    return keep.read(world.book, decisions, given), given


def _plain(found: rows.Rows) -> list[tuple[object, ...]]:
    return [
        (int(found.what[i]), int(found.step[i]), int(found.exit[i]), int(found.at_ms[i]),
         str(found.event[i]), str(found.reason[i]))
        for i in range(len(found))
    ]  # fmt: skip


def test_a_turn_is_told_decision_by_decision() -> None:
    world = World(book(JOURNEY))
    first, given = _turn(world, [(5, 1, "Product Added", {})], 10)
    assert _plain(first) == [(ENTERED, 0, 0, 5, "Product Added", ""), (PASSED, 0, -1, 5, "", "")]
    assert first.event_id[0].tobytes() == given.event_id[0]
    order = {"order_id": "7", "total": "12.50", "currency": "TRY"}
    second, _ = _turn(world, [(HOUR + 9, 1, "Order Completed", order)], 2 * HOUR)
    assert first.until.tolist() == [0, 3600]
    assert _plain(second) == [
        (PASSED, 0, 1, HOUR + 5, "", ""),
        (PASSED, 1, -1, HOUR + 5, "", ""),
        (LEFT, 1, 0, HOUR + 9, "Order Completed", "goal"),
        (GOAL, 1, 0, HOUR + 9, "Order Completed", ""),
    ]
    assert (second.value_minor[3], second.currency[3]) == (1250, "TRY")


def test_a_block_comes_out_as_it_went_in() -> None:
    world = World(book(JOURNEY))
    kept, _ = _turn(world, [(i, i, "Product Added", {}) for i in range(1, 40)], 2 * HOUR)
    block = rows.pack(kept)
    assert _plain(rows.unpack(block)) == _plain(kept)
    assert rows.unpack(block).event_id.tobytes() == kept.event_id.tobytes()
    assert len(block) / len(kept) < 20
    assert len(rows.unpack(rows.pack(rows.blank(0)))) == 0


@pytest.mark.parametrize("money", ["not money", [], None])
def test_a_goal_whose_money_cannot_be_read_is_a_goal_all_the_same(money: object) -> None:
    assert keep.worth("Order Completed", {"total": money, "currency": "TRY"}) in (
        ("", 0),
        ("TRY", 0),
    )
    assert keep.worth("Signed Up", {"plan": {"price": money}}, "properties.plan.price") == ("", 0)


def test_a_goal_is_worth_what_its_author_says() -> None:
    said = {"plan": {"price": "19,90"}, "currency": "TL", "total": 5}
    assert keep.worth("Signed Up", said, "properties.plan.price") == ("TRY", 1990)
    assert keep.worth("Order Completed", said) == ("TRY", 500)


def test_who_was_not_let_in_is_told_with_the_reason() -> None:
    world = World(book(JOURNEY))
    _turn(world, [(5, 1, "Product Added", {})], 10)
    again, given = _turn(world, [(20, 1, "Product Added", {})], 30)
    assert _plain(again) == [(REFUSED, 0, 0, 20, "Product Added", "inside")]
    assert (again.run[0], again.person[0]) == (0, 1)
    assert again.event_id[0].tobytes() == given.event_id[0]
