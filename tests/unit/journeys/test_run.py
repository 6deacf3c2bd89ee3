"""A turn of work on PostgreSQL: what is stored, intended, cancelled and told, exactly once."""

import random
from typing import Any

import psycopg
import pytest

from kervan.journeys.store import LIMIT_EACH
from kervan.kernel.postgres import Connection
from tests.unit.journeys.shop import Event, Shop

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
MJML = (
    "<mjml><mj-body><mj-section><mj-column><mj-text>{{ basket.lines | length }} things"
    "</mj-text></mj-column></mj-section></mj-body></mjml>"
)
BASKET = f"""
journey:
  key: basket
  name: Basket
  trigger: {{event: Product Added}}
  keep: [basket]
  exit_on: {{event: Opted Out}}
  goal: {{event: Order Completed, within: 3 days}}
  steps:
    - key: wait
      kind: wait
      until: {{event: Came Back}}
      timeout: 1 hour
      next: {{matched: back, timed_out: mail}}
    - key: mail
      kind: send_email
      message: {{subject: Hello, mjml: "{MJML}"}}
    - {{key: day, kind: wait, for: 1 day}}
    - {{key: end, kind: exit, reason: no answer}}
    - {{key: back, kind: exit, reason: came back}}
"""
CUP = {"sku": "c", "name": "Cup", "price": 4, "quantity": 2}


@pytest.fixture
def shop(postgres: Connection) -> Shop:
    made = Shop(postgres)
    made.people([1, 2, 3, 300])
    return made


def test_nothing_is_noted_while_no_journey_cares(shop: Shop) -> None:
    shop.happen((0, 1, "Product Added", {}))
    shop.publish(BASKET)
    shop.happen((1, 1, "Page Seen", {}), (1, 0, "Product Added", {}))
    assert shop.conn.execute("select count(*) from journey_signal").fetchone() == (0,)


def test_a_person_with_too_many_signals_goes_in_turns_and_her_timer_waits(shop: Shop) -> None:
    shop.publish(BASKET)
    shop.happen(*((i, 1, "Product Added", CUP) for i in range(LIMIT_EACH)))
    shop.happen((HOUR // 2, 1, "Came Back", {}), (5, 2, "Product Added", CUP))
    done = shop.work(2 * HOUR)
    assert (done.signals, done.timers, done.intended, done.more) == (LIMIT_EACH + 1, 0, 0, True)
    done = shop.work(2 * HOUR)
    assert (done.signals, done.left, done.intended) == (1, 1, 1)  # the second's hour is over


def test_one_person_from_basket_to_message_to_goal(shop: Shop) -> None:
    shop.publish(BASKET)
    shop.happen((0, 1, "Product Added", CUP))
    done = shop.work(10)
    assert (done.signals, done.entered, done.intended) == (1, 1, 0)
    assert shop.runs()[0][2:] == (0, 1, 1, HOUR)
    shop.happen((5 * MINUTE, 1, "Product Added", {"sku": "t", "name": "Tea", "price": 3}))
    shop.work(5 * MINUTE)
    assert shop.work(HOUR - 1).timers == 0
    assert shop.work(HOUR + 300).intended == 1
    (person, step, state, at, context) = shop.messages()[0]
    assert (person, step, state, at) == (1, "mail", 0, HOUR)
    assert [line["name"] for line in context["basket"]["lines"]] == ["Cup", "Tea"]
    assert context["event"]["sku"] == "c"
    shop.happen((2 * HOUR, 1, "Order Completed", {}))
    done = shop.work(2 * HOUR)
    assert (done.left, done.goals) == (1, 1)
    assert shop.messages()[0][2] == 7, "taken back: she has bought"
    told = [(one[1], one[2]) for one in shop.own_events() if one[1].startswith(("J", "G"))]
    assert told == [
        ("Journey Entered", 0),
        ("Goal Reached", 2 * HOUR),
        ("Journey Exited", 2 * HOUR),
    ]
    assert shop.own_events()[-1][3]["reason"] == "goal"
    assert shop.left() == {"goal": 1}


def test_a_basket_may_hold_any_text_while_its_owner_waits(shop: Shop) -> None:
    shop.publish(BASKET)
    names = ['A 5" pipe', "back\\slash \\x41 \\000", "Ə\n\t😀'", "{{ 7 }}"]
    for minute, name in enumerate(names):
        cup = {"sku": str(minute), "name": name, "price": 1}
        shop.happen((minute * MINUTE, 1, "Product Added", cup))
        shop.work(minute * MINUTE)
    assert shop.work(HOUR).intended == 1
    context = shop.messages()[0][4]
    assert [line["name"] for line in context["basket"]["lines"]] == names


def test_what_is_queued_stays_when_a_journey_simply_ends(shop: Shop) -> None:
    shop.publish(BASKET)
    shop.happen((0, 1, "Product Added", CUP))
    shop.work(0)
    shop.work(3 * DAY)
    assert shop.runs()[0][4] == 2
    assert shop.messages()[0][2] == 0
    assert shop.left() == {"no answer": 1}


def test_two_events_of_one_person_and_a_due_timer_between_them_go_in_order(shop: Shop) -> None:
    shop.publish(BASKET)
    shop.happen((0, 1, "Product Added", CUP))
    shop.work(0)
    shop.happen((HOUR + 5, 1, "Opted Out", {}))
    shop.work(2 * HOUR)
    assert shop.messages()[0][2:4] == (7, HOUR), "intended at one hour, then taken back"
    exits = [one for one in shop.own_events() if one[1] == "Journey Exited"]
    assert [(one[2], one[3]["reason"], one[3]["event"]) for one in exits] == [
        (HOUR + 5, "exit_event", "Opted Out")
    ]


def test_only_held_buckets_are_worked_on(shop: Shop) -> None:
    shop.publish(BASKET)
    shop.happen((0, 1, "Product Added", CUP), (0, 300, "Product Added", CUP))
    assert shop.work(0, buckets=[300 % 256]).entered == 1
    assert [run[0] for run in shop.runs()] == [300]
    assert shop.work(2 * HOUR, buckets=[1]).signals == 1
    assert shop.work(2 * HOUR, buckets=[1]).timers == 0, "fired in the same turn"
    assert shop.work(2 * HOUR, buckets=[300 % 256]).timers == 1


def test_a_rolled_back_turn_has_not_happened(shop: Shop) -> None:
    shop.publish(BASKET)
    shop.happen((0, 1, "Product Added", CUP))
    shop.conn.commit()
    shop.work(0)
    shop.conn.rollback()
    assert shop.runs() == []
    shop.work(0)
    shop.conn.commit()
    shop.work(HOUR)
    shop.conn.rollback()
    shop.work(HOUR)
    assert len(shop.messages()) == 1
    assert shop.counts()["Journey Entered"] == 1


def test_a_run_changed_by_somebody_else_is_never_overwritten(
    shop: Shop, postgres_url: str, workspace: str
) -> None:
    shop.publish(BASKET)
    shop.happen((0, 1, "Product Added", CUP))
    shop.work(0)
    shop.conn.commit()
    shop.conn.execute("set transaction isolation level repeatable read")
    shop.conn.execute("select 1")
    with psycopg.connect(postgres_url, options=f"-c search_path=ws_{workspace}") as other:
        other.execute("update journey_run set visit = visit + 1")
    with pytest.raises(psycopg.errors.SerializationFailure):
        shop.work(HOUR)


def test_machines_move_nobody(shop: Shop) -> None:
    text = BASKET.replace("event: Came Back", "event: Message Clicked")
    shop.publish(text)
    shop.happen((0, 1, "Product Added", CUP))
    shop.happen((5, 1, "Message Clicked", {"machine": True}))
    assert shop.work(5).signals == 1
    shop.happen((6, 1, "Message Clicked", {"machine": False}))
    assert shop.work(6).left == 1


def test_a_waiting_million_is_few_timer_rows(shop: Shop) -> None:
    people = list(range(1_000, 6_000))
    shop.people(people)
    shop.publish(BASKET)
    shop.happen(*[(0, person, "Product Added", CUP) for person in people])
    shop.work_all(0)
    rows = shop.conn.execute("select count(*), sum(cardinality(runs)) from journey_timer")
    count, runs = rows.fetchone() or (0, 0)
    assert runs == 5_000
    assert count <= 256
    shop.work_all(HOUR)
    assert len(shop.messages()) == 5_000
    assert {run[2:] for run in shop.runs()} == {(2, 3, 1, HOUR + DAY)}
    assert shop.conn.execute("select count(*) from journey_timer").fetchone()[0] <= 256


def decided(shop: Shop) -> tuple[Any, ...]:
    """All decisions, without the numbers that depend on who came first."""
    own = [
        (person, name, at, {k: v for k, v in properties.items() if k not in ("run", "message")})
        for person, name, at, properties in shop.own_events()
    ]
    return shop.runs(), shop.messages(), sorted(own, key=repr)


def _cut(rows: list[Event], size: int) -> list[tuple[list[Event], int]]:
    """Parts of about `size` rows that never part equal times, and how far time is known then."""
    ends = [i for i in range(1, len(rows)) if rows[i][0] != rows[i - 1][0]][:: max(1, size)]
    starts = [0, *ends]
    return [
        (rows[start:end], rows[end][0] if end < len(rows) else 5 * HOUR)
        for start, end in zip(starts, [*ends, len(rows)], strict=True)
    ]


def test_other_cuts_of_the_same_work_store_the_same(shop: Shop) -> None:
    chance = random.Random(7)
    people = list(range(1_000, 1_030))
    shop.people(people)
    names = ["Product Added", "Product Added", "Came Back", "Order Completed", "Opted Out"]
    rows: list[Event] = sorted(
        (
            (
                chance.randrange(0, 5 * HOUR, MINUTE),
                chance.choice(people),
                chance.choice(names),
                CUP,
            )
            for _ in range(200)
        ),
        key=lambda row: row[:3],
    )
    rows = list({row[:3]: row for row in rows}.values())
    shop.publish(BASKET)
    shop.conn.commit()
    stories = []
    for limit, size in ((20_000, 1_000), (7, 1_000), (20_000, 9), (3, 25), (5, 2)):
        for part, known_ms in _cut(rows, size):
            shop.happen(*part)
            shop.work_all(known_ms, limit=limit)
        shop.work_all(9 * DAY, limit=limit)
        stories.append(decided(shop))
        shop.conn.rollback()
    first = stories[0]
    assert len(first[1]) > 20
    for other in stories[1:]:
        assert other == first
