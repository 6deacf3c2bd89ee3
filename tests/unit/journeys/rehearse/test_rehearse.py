"""A rehearsal gives what really happened, the same bytes each time, and writes nothing."""

import random

import pytest
from clickhouse_connect.driver.client import Client

from kervan.history import event, write
from kervan.journeys.rehearse import report
from kervan.journeys.rehearse.rehearse import Wanted, rehearse
from kervan.journeys.rehearse.report import Report
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.journeys.shop import START_MS, Event, Shop, events

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
MJML = (
    "<mjml><mj-body><mj-section><mj-column><mj-text>Hi</mj-text></mj-column></mj-section>"
    "</mj-body></mjml>"
)
BASKET = f"""
journey:
  key: basket
  name: Basket
  trigger: {{event: Product Added, where: [{{property: price, gt: 3}}]}}
  reentry: 1 day
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
      class: transactional
      message: {{subject: Hello, mjml: "{MJML}"}}
    - {{key: day, kind: wait, for: 1 day}}
    - {{key: end, kind: exit, reason: no answer}}
    - {{key: back, kind: exit, reason: came back}}
"""
NAMES = ("Product Added", "Product Added", "Opted Out", "Order Completed", "Came Back", "Seen")


def crowd(chance: random.Random, count: int) -> list[Event]:
    """Events of forty people within four days, in order of time."""
    rows: list[Event] = [
        (
            chance.randrange(4 * 24 * 60) * MINUTE,
            chance.randrange(1, 41),
            chance.choice(NAMES),
            {"price": chance.randrange(8)},
        )
        for _ in range(count)
    ]
    return sorted(rows, key=lambda one: one[0])


def remember(client: Client, rows: list[Event]) -> None:
    """Write what happened into history."""
    write.insert(client, event.to_block(events(rows), 1), 1)


def wanted(text: str = BASKET, days: int = 6) -> Wanted:
    return Wanted(text, START_MS, START_MS + days * DAY, sample=40)


def messages(told: Report) -> list[tuple[int, str, str]]:
    """(person, step, when) of all that was sent, by the sample."""
    return sorted(
        (story.person, one.step, one.at)
        for story in told.sample
        for one in story.events
        if one.what == "sent"
    )


def test_a_window_in_which_the_journey_ran_is_decided_as_it_was(
    postgres: Connection, clickhouse: Client
) -> None:
    rows = crowd(random.Random(7), 300)
    shop = Shop(postgres)
    shop.people(list(range(1, 41)))
    shop.publish(BASKET)
    for start in range(0, len(rows), 20):
        some = rows[start : start + 20]
        shop.happen(*some)
        shop.work_all(some[-1][0])
    shop.work_all(6 * DAY - 1)
    remember(clickhouse, rows)
    left: dict[str, int] = {}
    for one in shop.own_events():
        if one[1] == "Journey Exited":
            why = str(one[3].get("outcome") or one[3]["reason"])
            left[why] = left.get(why, 0) + 1
    sent = sorted(
        (person, step, report.moment(START_MS + at)) for person, step, _, at, _ in shop.messages()
    )
    entered = shop.counts()["Journey Entered"]
    goals = shop.counts()["Goal Reached"]
    for table in ("journey_run", "journey_timer", "journey_signal", "message", "kervan.intake"):
        postgres.execute(f"delete from {table}")  # nothing that was decided can be read back
    told = rehearse(postgres, clickhouse, wanted())
    assert (told.entered, told.goals) == (entered, goals)
    assert entered > 40
    assert told.exits == dict(sorted(left.items()))
    assert messages(told) == sent
    assert len(sent) > 20


def test_the_same_rehearsal_gives_the_same_bytes_and_writes_nothing(
    postgres: Connection, clickhouse: Client
) -> None:
    remember(clickhouse, crowd(random.Random(3), 200))
    one, other = (report.encode(rehearse(postgres, clickhouse, wanted())) for _ in range(2))
    assert one == other
    for table in ("journey", "journey_run", "message", "template_version"):
        found = postgres.execute(f"select count(*) from {table}").fetchone()
        assert found == (0,), table


def test_a_window_that_is_none_is_refused(postgres: Connection, clickhouse: Client) -> None:
    with pytest.raises(KervanError, match="at most 400 days"):
        rehearse(postgres, clickhouse, wanted(days=0))
