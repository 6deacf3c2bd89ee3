"""What the engine decides: the order of things, late events, and that cuts change nothing."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kervan.journeys.columns import GOAL, INSIDE
from tests.unit.journeys.world import DAY, HOUR, MINUTE, Happening, Odd, World, book

MAIL = "{subject: Hello, mjml: <mjml></mjml>}"
BASKET = f"""
journey:
  key: basket
  name: Basket
  trigger: {{event: Product Added, where: [{{property: price, gt: 1}}]}}
  reentry: after_exit
  keep: [basket]
  exit_on: {{event: Opted Out}}
  goal: {{event: Order Completed, within: 3 days}}
  steps:
    - key: wait
      kind: wait
      until: {{event: Came Back}}
      timeout: 1 hour
      next: {{matched: back, timed_out: mail}}
    - {{key: mail, kind: send_email, message: {MAIL}}}
    - {{key: day, kind: wait, for: 1 day}}
    - {{key: end, kind: exit, reason: no answer}}
    - {{key: back, kind: exit, reason: came back}}
"""
LOOP = f"""
journey:
  key: loop
  name: Loop
  trigger: {{event: Came Back}}
  reentry: 2 hours
  exit_on: {{event: Order Completed}}
  steps:
    - {{key: rest, kind: wait, for: 20 minutes}}
    - key: watch
      kind: wait
      until: [{{event: Product Added}}, {{event: Opted Out}}]
      timeout: 30 minutes
      next: {{matched: mail, timed_out: rest}}
    - {{key: mail, kind: send_email, message: {MAIL}, next: rest}}
"""
NEVER_AGAIN = BASKET.replace("after_exit", "never")
BRANCH = f"""
journey:
  key: branch
  name: Branch
  trigger: {{event: Product Added}}
  per: price
  hold_out: 0.4
  exit_on: {{event: Opted Out}}
  steps:
    - key: which
      kind: branch
      ways: [{{name: odd, when: {{kind: member, segment: odd}}}}]
      next: {{odd: rest, else: mail}}
    - {{key: mail, kind: send_email, message: {MAIL}, next: rest}}
    - key: rest
      kind: wait
      until: {{event: Came Back}}
      timeout: 90 minutes
      next: {{matched: which, timed_out: end}}
    - {{key: end, kind: exit}}
"""
EACH = LOOP.replace("key: loop", "key: each").replace("reentry: 2 hours", "reentry: always")
FEW = LOOP.replace("key: loop", "key: few").replace(
    "reentry: 2 hours", "limit: {total: 4, count: 2, within: 1 hour}"
)


def added(at_ms: int, price: float = 10, person: int = 1) -> Happening:
    return (at_ms, person, "Product Added", {"price": price, "name": "Cup"})


def did(at_ms: int, name: str, person: int = 1) -> Happening:
    return (at_ms, person, name, {})


def test_a_person_waits_gets_the_message_and_leaves() -> None:
    world = World(book(BASKET))
    world.turn([added(0)], 0)
    assert world.of(1) == [(0, "entered")]
    world.turn([], HOUR - 1)
    assert world.of(1) == [(0, "entered")]
    world.turn([], HOUR)
    assert world.of(1)[1:] == [(HOUR, "message")]
    world.turn([], 30 * DAY)
    assert world.of(1)[2:] == [(HOUR + DAY, "left: finished")]


def test_the_trigger_has_conditions() -> None:
    world = World(book(BASKET))
    world.turn([added(0, price=1), did(5, "Product Removed")], DAY)
    assert world.of(1) == []


def test_an_event_ends_the_wait_and_the_message_is_never_intended() -> None:
    world = World(book(BASKET))
    world.turn([added(0), did(HOUR - 1, "Came Back")], 9 * DAY)
    assert world.of(1) == [(0, "entered"), (HOUR - 1, "left: finished")]


def test_an_event_at_the_instant_of_the_time_limit_comes_too_late() -> None:
    world = World(book(BASKET))
    world.turn([added(0), did(HOUR, "Came Back")], HOUR)
    assert (HOUR, "message") in world.of(1)


def test_a_timer_before_an_event_fires_first_however_late_both_are_processed() -> None:
    world = World(book(BASKET))
    world.turn([added(0), did(HOUR + 1, "Order Completed")], 0)
    assert world.of(1) == [
        (0, "entered"),
        (HOUR, "message"),
        (HOUR + 1, "left: goal"),
        (HOUR + 1, "goal"),
    ]


def test_an_exit_acts_at_once_in_the_middle_of_a_wait() -> None:
    world = World(book(BASKET))
    world.turn([added(0)], 0)
    world.turn([], 2 * HOUR)
    world.turn([did(3 * HOUR, "Opted Out")], 3 * HOUR)
    assert world.of(1)[-1] == (3 * HOUR, "left: exit_event")


def test_the_goal_counts_within_its_window_also_after_leaving() -> None:
    world = World(book(BASKET))
    world.turn([added(0), did(10, "Came Back"), did(3 * DAY, "Order Completed")], 3 * DAY)
    assert (3 * DAY, "goal") in world.of(1)
    assert world.runs.goal_ms[0] == 3 * DAY
    late = World(book(BASKET))
    late.turn([added(0), did(10, "Came Back"), did(3 * DAY + 1, "Order Completed")], 4 * DAY)
    assert all(word != "goal" for _, word in late.of(1))


def test_a_goal_counts_once_and_for_the_latest_run_only() -> None:
    world = World(book(BASKET))
    world.turn(
        [
            added(0),
            did(10, "Came Back"),
            added(20),
            did(30, "Order Completed"),
            did(40, "Order Completed"),
        ],
        40,
    )
    assert [word for _, word in world.of(1)].count("goal") == 1
    assert world.runs.state[1] == GOAL


def test_nobody_is_in_a_journey_twice_at_once() -> None:
    world = World(book(BASKET))
    world.turn([added(0), added(1), added(2)], 5)
    world.turn([added(6)], 6)
    assert [word for _, word in world.of(1)] == ["entered"]


def test_never_means_never_and_a_length_counts_from_the_last_entry() -> None:
    world = World(book(NEVER_AGAIN))
    world.turn([added(0), did(1, "Came Back"), added(2)], 2)
    world.turn([added(9 * DAY)], 9 * DAY)
    assert [word for _, word in world.of(1)].count("entered") == 1
    loop = World(book(LOOP))
    loop.turn(
        [
            did(0, "Came Back"),
            did(5, "Order Completed"),
            did(2 * HOUR - 1, "Came Back"),
            did(2 * HOUR, "Came Back"),
        ],
        2 * HOUR,
    )
    assert [at for at, word in loop.of(1) if word == "entered"] == [0, 2 * HOUR]


def test_a_late_event_undoes_nothing_but_still_ends_the_journey() -> None:
    world = World(book(BASKET))
    world.turn([added(0)], 0)
    world.turn([], HOUR)
    world.turn([did(10 * MINUTE, "Came Back")], 2 * HOUR)
    assert world.runs.state[0] == INSIDE, "the wait it was meant for is over"
    world.turn([did(20 * MINUTE, "Opted Out")], 2 * HOUR)
    assert world.of(1)[-1] == (HOUR, "left: exit_event"), "at the time of the last move"


def test_what_lies_before_the_entry_neither_ends_nor_restarts_a_journey() -> None:
    world = World(book(BASKET))
    world.turn([added(100)], 100)
    world.turn([did(50, "Order Completed"), did(60, "Opted Out")], 200)
    assert world.of(1) == [(100, "entered")]
    world.turn([did(200, "Opted Out")], 200)
    world.turn([added(150)], 300)
    assert len(world.runs) == 1


def test_a_stopped_journey_lets_everybody_go() -> None:
    world = World(book(BASKET))
    world.turn([added(0), added(0, person=2)], 0)
    one = world.book.versions[1]
    world.book.versions[1] = type(one)(1, 1, 1, one.definition, stopped=True)
    world.book.live = {}
    world.turn([did(5, "Came Back", person=2)], HOUR)
    assert world.of(1)[-1] == (HOUR, "left: stopped")
    assert world.of(2)[-1] == (5, "left: stopped")


def test_a_loop_is_bounded() -> None:
    world = World(book(LOOP))
    world.turn([did(0, "Came Back")], 900 * DAY)
    assert world.of(1)[-1][1] == "left: too_many_steps"


def test_a_step_hears_what_became_of_its_own_runs_message_only() -> None:
    send = "{key: mail, kind: send, message: hello, on_blocked: exit, next: rest}"
    text = LOOP.replace("reentry: 2 hours", "per: price").replace(
        f"{{key: mail, kind: send_email, message: {MAIL}, next: rest}}", send
    )
    world = World(book(text.replace("event: Came Back", "event: Seen")))
    world.turn([(0, 1, "Seen", {"price": 1}), (1, 1, "Seen", {"price": 2})], 30 * MINUTE)
    world.turn([added(31 * MINUTE)], 31 * MINUTE)
    assert [word for _, word in world.of(1)].count("message") == 0, "no run is about ten"
    world.turn([did(32 * MINUTE, "Product Added")], 32 * MINUTE)
    assert [word for _, word in world.of(1)].count("message") == 2
    blocked = {"state": "suppressed", "reason": "delivery.capped", "run": 2}
    for minute, more in ((33, {"step": "other"}), (34, {"step": "mail", "run": 9})):
        world.turn([(minute * MINUTE, 1, "Message Suppressed", {**blocked, **more})], 0)
    assert (world.runs.state == INSIDE).all()
    world.turn([(35 * MINUTE, 1, "Message Suppressed", {**blocked, "step": "mail"})], 0)
    assert world.runs.state[world.runs.run == 2] != INSIDE
    assert world.runs.state[world.runs.run == 1] == INSIDE


def test_people_inside_stay_on_the_version_they_entered() -> None:
    world = World(book(BASKET))
    world.turn([added(0)], 0)
    newer = book(BASKET.replace("1 hour", "5 hours")).versions[1]
    world.book.versions[2] = type(newer)(2, 1, 2, newer.definition)
    world.book.live = {1: 2}
    world.turn([added(1, person=2)], 5 * HOUR)
    assert (HOUR, "message") in world.of(1)
    assert (5 * HOUR, "message") not in world.of(2), "due at five hours and one millisecond"
    assert list(world.runs.version) == [1, 2]


NAMES = ("Product Added", "Came Back", "Opted Out", "Order Completed", "Nothing")
TIMES = st.integers(0, 40).map(lambda n: n * 10 * MINUTE)
HAPPENING = st.tuples(
    TIMES, st.integers(1, 3), st.sampled_from(NAMES), st.sampled_from([{}, {"price": 9}])
)


@st.composite
def histories(draw: Any) -> tuple[list[Happening], list[int]]:
    """Events in the order of their times, no two alike, and the places where work is cut."""
    rows = draw(st.lists(HAPPENING, max_size=25, unique_by=lambda row: (row[0], row[1], row[2])))
    rows.sort(key=lambda row: (row[0], row[2], row[1]))
    cuts = draw(st.lists(st.integers(0, len(rows)), max_size=6))
    return rows, sorted(cuts)


GIVES = """
journey:
  key: gives
  name: Gives
  trigger: {event: Product Added}
  reentry: after_exit
  hold_out: 0.3
  steps:
    - {key: give, kind: give_points, points: 5}
    - key: rest
      kind: wait
      until: {event: Came Back}
      timeout: 1 hour
      next: {matched: code, timed_out: end}
    - {key: code, kind: give_coupon, pool: spring, next: give_more}
    - {key: give_more, kind: give_points, points: 9}
    - {key: end, kind: exit}
"""
TEXTS = (BASKET, LOOP, NEVER_AGAIN.replace("key: basket", "key: once"), BRANCH, EACH, GIVES)


def whole(rows: list[Happening], end_ms: int, *texts: str) -> World:
    world = World(book(*(texts or TEXTS)), Odd())
    world.turn(rows, end_ms)
    return world


def in_parts(
    rows: list[Happening], cuts: list[int], end_ms: int, chance: Any, *texts: str
) -> World:
    """The same work cut in pieces, each in any order, on a clock that jumps back and forth."""
    world = whole([], 0, *texts)
    for start, stop in zip([0, *cuts], [*cuts, len(rows)], strict=True):
        part = rows[start:stop]
        # All that is known lies before the next event, so time has come as far as that.
        known_ms = min((row[0] for row in rows[stop:]), default=end_ms)
        chance.shuffle(part)
        world.turn(part, min(known_ms, chance.randrange(DAY)))
        world.turn([], known_ms)
        world.turn([], chance.randrange(known_ms + 1))
    world.turn([], end_ms)
    return world


@settings(max_examples=50, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_other_cuts_of_the_same_work_decide_the_same(
    drawn: tuple[list[Happening], list[int]], chance: Any
) -> None:
    rows, cuts = drawn
    assert in_parts(rows, cuts, DAY, chance).told() == whole(rows, DAY).told()


@settings(max_examples=40, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_seats_go_the_same_way_in_other_cuts(
    drawn: tuple[list[Happening], list[int]], chance: Any
) -> None:
    rows, cuts = drawn
    one = whole(rows, DAY, FEW)
    assert in_parts(rows, cuts, DAY, chance, FEW).told() == one.told()
    assert sum(row[3] == "entered" for row in one.told()) <= 4


@settings(max_examples=25, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_other_workers_decide_the_same(
    drawn: tuple[list[Happening], list[int]], chance: Any
) -> None:
    rows, cuts = drawn
    told = []
    for person in (1, 2, 3):
        mine = [row for row in rows if row[1] == person]
        told += in_parts(mine, [min(cut, len(mine)) for cut in cuts], DAY, chance).told()
    assert sorted(told, key=repr) == whole(rows, DAY).told()


@settings(max_examples=50, deadline=None)
@given(histories(), st.lists(HAPPENING, min_size=1, max_size=6))
def test_late_events_undo_nothing(
    drawn: tuple[list[Happening], list[int]], late: list[Happening]
) -> None:
    world = whole(drawn[0], 6 * HOUR)
    before, moved_ms = list(world.story), world.runs.step_ms.copy()
    world.turn(late, 6 * HOUR)
    assert world.story[: len(before)] == before
    assert (world.runs.step_ms[: len(moved_ms)] >= moved_ms).all()
    left_ms = {
        one[:2]: one[2] for one in sorted(before, key=lambda one: one[2]) if one[3] == "left"
    }
    for person, journey, at_ms, word, *_ in world.story[len(before) :]:
        if word == "entered" and journey in ("basket", "loop"):
            assert at_ms >= left_ms.get((person, journey), 0)


def test_the_law_is_not_empty() -> None:
    """The histories above really enter, mail, reach goals and leave in every way."""
    rows = [
        added(0, 9),
        did(2 * HOUR, "Order Completed"),
        did(0, "Came Back", 2),
        (30 * MINUTE, 2, "Product Added", {}),
        did(HOUR, "Order Completed", 2),
        added(0, 9, 3),
        did(10 * MINUTE, "Opted Out", 3),
        did(20 * MINUTE, "Came Back", 3),
    ]
    words = {(one[3], one[5] if one[3] == "left" else "") for one in whole(rows, DAY).told()}
    assert words >= {
        ("entered", ""),
        ("message", ""),
        ("goal", ""),
        ("basket", ""),
        ("left", "goal"),
        ("left", "exit_event"),
    }
    assert any(str(one[5]).endswith("ghost") for one in whole(rows, DAY).told())
    journeys = {one[1] for one in whole(rows, DAY).told() if one[3] == "entered"}
    assert journeys == {"basket", "loop", "once", "branch", "each", "gives"}
    given = {one[4] for one in whole(rows, DAY).told() if one[1] == "gives" and one[3] == "message"}
    assert given == {0, 2, 3}, "effects are intended as messages are"


@pytest.mark.parametrize("count", [1, 7, 5_000])
def test_many_people_are_decided_like_one(count: int) -> None:
    world = World(book(BASKET))
    world.turn([added(0, person=p) for p in range(1, count + 1)], DAY)
    assert [row[2:] for row in world.told() if row[0] == 1] == [
        row[2:] for row in world.told() if row[0] == count
    ]
    assert len(world.runs) == count
