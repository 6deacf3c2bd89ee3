"""Who enters, into which run of hers, and why somebody does not."""

import msgspec
import numpy as np
import pytest

from kervan.journeys import rule
from kervan.journeys.columns import INSIDE, REFUSALS, Book, Version
from kervan.journeys.entering import ghosts
from tests.unit.journeys.world import DAY, HOUR, MINUTE, Happening, Odd, World, parsed

ORDER = """
journey:
  key: order
  name: Order
  trigger: {event: Ordered}
  per: order_id
  exit_on: {event: Delivered}
  goal: {event: Rated, within: 3 days}
  steps:
    - {key: rest, kind: wait, for: 1 hour}
    - key: watch
      kind: wait
      until: {event: Asked}
      timeout: 1 day
      next: {matched: end, timed_out: end}
    - {key: end, kind: exit}
"""
ALWAYS = ORDER.replace("per: order_id", "reentry: always")
PLAIN = ORDER.replace("per: order_id", "reentry: after_exit")


def book(text: str, **more: bool) -> Book:
    return Book({1: Version(1, 1, 1, parsed(text), **more)}, {1: 1})


def limited(more: str) -> str:
    return PLAIN.replace("reentry: after_exit", f"reentry: after_exit\n  {more}")


def did(at_ms: int, name: str, order: object = None, person: int = 1) -> Happening:
    return (at_ms, person, name, {} if order is None else {"order_id": order})


def inside(world: World) -> list[int]:
    """When those runs began that somebody is inside of."""
    return sorted(world.runs.entered_ms[world.runs.state == INSIDE].tolist())


def entered(world: World) -> int:
    return sum(one[3] == "entered" for one in world.story)


def test_each_value_has_a_run_of_its_own() -> None:
    world = World(book(ORDER))
    world.turn([did(0, "Ordered", "a"), did(1, "Ordered", "b"), did(2, "Ordered", "a")], 5)
    assert entered(world) == 2
    world.turn([did(10, "Delivered", "b")], 10)
    assert inside(world) == [0]
    world.turn([did(20, "Ordered", "b"), did(21, "Rated", "b")], 21)
    assert [word for _, word in world.of(1)].count("goal") == 1
    assert world.runs.entered_ms[world.runs.goal_ms < HOUR].tolist() == [20], "her latest of b"


def test_what_names_no_value_reaches_all_her_runs() -> None:
    world = World(book(ORDER))
    world.turn([did(0, "Ordered", "a"), did(1, "Ordered", "b"), did(2, "Delivered")], 5)
    assert not (world.runs.state == INSIDE).any(), "also those that began in the same turn"
    world.turn([did(9, "Ordered", "c"), did(9, "Ordered", person=2)], 10)
    world.turn([did(11, "Delivered", "c", person=2), did(11, "Delivered", "d")], 11)
    assert (world.runs.state == INSIDE).sum() == 2, "no run is about these"


def test_numbers_and_texts_that_read_alike_are_one_value() -> None:
    world = World(book(ORDER))
    world.turn([did(0, "Ordered", 12), did(1, "Ordered", "12"), did(2, "Ordered", 12.0)], 2)
    assert entered(world) == 1
    world.turn([did(3, "Ordered", True), did(4, "Ordered", []), did(5, "Ordered")], 5)
    assert entered(world) == 2, "these are no values: one run stands for none"


def test_always_begins_a_run_each_time_and_the_same_event_begins_one() -> None:
    world = World(book(ALWAYS))
    world.turn([did(0, "Ordered", "a"), did(1, "Ordered", "a")], 1)
    world.turn([did(1, "Ordered", "a"), did(2, "Ordered", "b")], 2)
    assert entered(world) == 3
    world.turn([did(3, "Delivered", "b")], 3)
    assert not (world.runs.state == INSIDE).any()


def test_a_new_version_may_tell_runs_apart_where_the_old_one_did_not() -> None:
    world = World(book(PLAIN))
    world.turn([did(0, "Ordered", "a")], 0)
    world.book.versions[2] = Version(2, 1, 2, parsed(ORDER))
    world.book.live = {1: 2}
    world.turn([did(1, "Ordered", "a"), did(2, "Ordered", "b")], 2)
    assert list(world.runs.version) == [1, 2, 2]
    world.turn([did(3, "Delivered", "b")], 3)
    assert inside(world) == [1], "the old run is about no value"


def test_each_refusal_has_its_reason() -> None:
    dated = limited('starts: "1970-01-02 00:00"\n  ends: "1970-01-03 00:00"\n  zone: UTC')
    world = World(book(dated))
    world.turn([did(DAY - 1, "Ordered"), did(DAY, "Ordered"), did(DAY + 9, "Delivered")], 2 * DAY)
    world.turn([did(2 * DAY, "Ordered"), did(2 * DAY, "Ordered", person=2)], 2 * DAY)
    assert world.of(1, refused=True)[0] == (DAY - 1, "refused: not_started")
    assert world.of(1, refused=True)[-1] == (2 * DAY, "refused: ended")
    assert entered(world) == 1
    never = World(book(PLAIN.replace("after_exit", "never")))
    never.turn([did(0, "Ordered"), did(1, "Delivered"), did(2, "Ordered")], 2)
    assert never.of(1, refused=True)[-1] == (2, "refused: reentry")
    paused = World(book(ORDER, paused=True))
    paused.turn([did(0, "Ordered")], 0)
    assert paused.of(1, refused=True) == [(0, "refused: paused")]


def test_who_is_inside_is_told_once_a_turn() -> None:
    world = World(book(PLAIN))
    decisions = world.turn([did(i, "Ordered") for i in range(5)], 9)
    assert [REFUSALS[int(one)] for one in decisions.refused.reason] == ["inside"]
    assert list(decisions.refused.at_ms) == [1]


def test_who_would_have_to_leave_at_once_does_not_enter() -> None:
    member = msgspec.json.decode(rule.member("vip", inside=True))
    world = World(book(limited(f"exit_when: {member}")), Odd())
    world.turn([did(0, "Ordered"), did(0, "Ordered", person=2)], 0)
    assert world.of(1, refused=True) == [(0, "refused: exit_when")]
    assert world.of(2) == [(0, "entered")]


def test_a_limit_lets_in_the_first_in_time() -> None:
    world = World(book(limited("limit: {total: 3}")))
    rows = [did(100 - p, "Ordered", person=p) for p in range(1, 9)]
    world.turn(rows, 100)
    assert sorted(world.runs.person.tolist()) == [6, 7, 8]
    world.turn([did(200, "Delivered", person=7), did(201, "Ordered", person=7)], 201)
    assert world.of(7, refused=True)[-1] == (201, "refused: full")


def test_a_rate_holds_in_each_window_and_who_was_refused_may_come_again() -> None:
    world = World(book(limited("limit: {total: 5, count: 2, within: 1 hour}")))
    first = [did(p, "Ordered", person=p) for p in (1, 2, 3, 4)]
    again = [did(HOUR + 9 - p, "Ordered", person=p) for p in (3, 4, 5)]
    last = [did(2 * HOUR, "Ordered", person=p) for p in (3, 6)]
    world.turn([*first, *again, *last], 3 * HOUR)
    assert sorted(world.runs.person[world.runs.entered_ms >= HOUR].tolist()) == [3, 4, 5]
    assert world.of(3, refused=True)[0] == (3, "refused: rate")
    assert world.of(3, refused=True)[1] == (HOUR + 6, "refused: rate"), "5 and 4 were earlier"
    assert entered(world) == 5
    assert world.of(6, refused=True) == [(2 * HOUR, "refused: full")]


def test_a_share_is_held_out_and_goes_the_same_way() -> None:
    version = book(limited("hold_out: 0.2")).versions[1]
    drawn = ghosts(version, np.arange(1, 20_001))
    assert 0.19 < drawn.mean() < 0.21
    other = Version(1, 1, 1, parsed(limited("hold_out: 0.2").replace("key: order", "key: o")))
    both = drawn & ghosts(other, np.arange(1, 20_001))
    assert 0.035 < both.mean() < 0.045, "no journey holds out whom another does"
    assert not ghosts(book(ORDER).versions[1], np.arange(1, 99)).any()
    world = World(book(limited("hold_out: 0.2")))
    world.turn([did(0, "Ordered", person=p) for p in range(1, 41)], 2 * DAY)
    assert world.runs.ghost.tolist() == drawn[:40].tolist()
    assert len({tuple(world.of(p)) for p in range(1, 41)}) == 1


@pytest.mark.parametrize("count", [1, 3_000])
def test_many_people_enter_like_one(count: int) -> None:
    world = World(book(ORDER))
    rows = [did(p % 7 * MINUTE, "Ordered", p % 3, person=p // 3 + 1) for p in range(count)]
    world.turn(rows, 8 * MINUTE)
    assert entered(world) == len({(row[1], row[3]["order_id"]) for row in rows})
