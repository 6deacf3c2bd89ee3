"""A rehearsal gives what really happened, the same bytes each time, and writes nothing."""

import random
import uuid
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from kervan.delivery.policy.definition import Cap, Policy, Quiet
from kervan.history import event, write
from kervan.journeys.rehearse import report, tell
from kervan.journeys.rehearse.rehearse import Wanted, rehearse
from kervan.journeys.rehearse.report import Report
from kervan.kernel import clock
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


def give_addresses(conn: Connection, people: range, since_ms: int = 0) -> None:
    """An e-mail address for each, known since then."""
    for person in people:
        conn.execute(
            "insert into identifier (kind, hash, person, sealed, claimed_at, source)"
            " values (2, %s, %s, '', %s, 1)",
            (uuid.UUID(int=person + (1 << 90)), person, clock.from_ms(START_MS + since_ms)),
        )


def say(conn: Connection, person: int, status: str, at_ms: int) -> None:
    """One word about marketing by e-mail, straight into the ledger's table."""
    conn.execute(
        "insert into consent_event (id, brand, contact, contact_kind, person, channel, purpose,"
        " topic, status, legal_basis, jurisdiction, occurred_at, zone, recorded_at, source,"
        " source_id, actor, notice_name, event_key, prev_hash, hash) select"
        " coalesce(max(id), 0) + 1, '', %(contact)s, 'email', %(person)s, 'email', 'marketing', '',"
        " %(status)s, 'consent', '', %(at)s, 'UTC', %(at)s, 'event', 1, '', '',"
        " gen_random_uuid(), '', '' from consent_event",
        {
            "contact": uuid.UUID(int=person + (1 << 90)), "person": person, "status": status,
            "at": clock.from_ms(START_MS + at_ms),
        },
    )  # fmt: skip


def wanted(workspace: str, text: str = BASKET, days: int = 6, **more: Any) -> Wanted:
    return Wanted(text, START_MS, START_MS + days * DAY, workspace, sample=40, **more)


def messages(told: Report) -> list[tuple[int, str, str]]:
    """(person, step, when) of all that was sent, by the sample."""
    return sorted(
        (story.person, one.step, one.at)
        for story in told.sample
        for one in story.events
        if one.what == "sent"
    )


def test_a_window_in_which_the_journey_ran_is_decided_as_it_was(
    postgres: Connection, clickhouse: Client, workspace: str
) -> None:
    rows = crowd(random.Random(7), 300)
    shop = Shop(postgres)
    shop.people(list(range(1, 41)))
    give_addresses(postgres, range(1, 41))
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
    told = rehearse(postgres, clickhouse, wanted(workspace))
    assert (told.entered, told.goals) == (entered, goals)
    assert entered > 40
    assert told.exits == dict(sorted(left.items()))
    assert messages(told) == sent
    assert len(sent) > 20


def test_the_same_rehearsal_gives_the_same_bytes_and_writes_nothing(
    postgres: Connection, clickhouse: Client, workspace: str
) -> None:
    remember(clickhouse, crowd(random.Random(3), 200))
    one, other = (
        report.encode(rehearse(postgres, clickhouse, wanted(workspace))) for _ in range(2)
    )
    assert one == other
    for table in ("journey", "journey_run", "message", "template_version"):
        found = postgres.execute(f"select count(*) from {table}").fetchone()
        assert found == (0,), table


def test_a_window_that_is_none_is_refused(
    postgres: Connection, clickhouse: Client, workspace: str
) -> None:
    with pytest.raises(KervanError, match="at most 400 days"):
        rehearse(postgres, clickhouse, wanted(workspace, days=0))


MARKETING = BASKET.replace("transactional", "marketing")
NIGHT = Policy(
    key="default",
    quiet=(Quiet(name="night", from_="21:00", until="09:00"),),
    caps=(Cap(name="one a day", most=1, per="day", blocked="skip"),),
    zones_when_unknown=("UTC",),
)


def ends(told: Report) -> dict[tuple[str, str], int]:
    """(state, reason) -> messages."""
    found: dict[tuple[str, str], int] = {}
    for one in told.outcomes:
        found[one.state, one.reason] = found.get((one.state, one.reason), 0) + one.messages
    return found


def test_the_gate_asks_consent_and_addresses_as_of_the_virtual_time(
    postgres: Connection, clickhouse: Client, workspace: str
) -> None:
    Shop(postgres).people([1, 2, 3, 4])
    give_addresses(postgres, range(1, 4))
    give_addresses(postgres, range(4, 5), 2 * HOUR)  # an hour too late
    say(postgres, 1, "granted", 0)
    say(postgres, 2, "granted", 0)
    say(postgres, 2, "withdrawn", 50 * MINUTE)  # while she waits
    say(postgres, 3, "granted", 3 * HOUR)  # after the message
    say(postgres, 4, "granted", 0)
    remember(clickhouse, [(MINUTE, one, "Product Added", {"price": 5}) for one in (1, 2, 3, 4)])
    told = rehearse(postgres, clickhouse, wanted(workspace, MARKETING))
    assert ends(told) == {
        ("sent", ""): 1,
        ("suppressed", "consent_refused"): 1,
        ("suppressed", "no_consent"): 1,
        ("suppressed", "no_address"): 1,
    }
    assert [one[0] for one in messages(told)] == [1]


def test_another_policy_holds_at_night_and_counts_our_own_messages(
    postgres: Connection, clickhouse: Client, workspace: str
) -> None:
    Shop(postgres).people([1])
    give_addresses(postgres, range(1, 2))
    # START_MS is 20:26 UTC: an hour later it is night, and still five hours after that.
    say(postgres, 1, "granted", 0)
    text = MARKETING.replace("1 day", "2 hours")
    remember(
        clickhouse,
        [(at * HOUR, 1, "Product Added", {"price": 5}) for at in (0, 5)]
        + [(at * HOUR, 2, "Product Added", {"price": 1}) for at in (0, 5)],
    )
    free = rehearse(postgres, clickhouse, wanted(workspace, text))
    assert ends(free) == {("sent", ""): 2}
    told = rehearse(postgres, clickhouse, wanted(workspace, text, policy=NIGHT))
    # Both wait for the morning; there the first takes the day's only place.
    assert ends(told) == {("sent", ""): 1, ("suppressed", "cap_reached"): 1}
    assert [(one.reason, one.messages) for one in told.held] == [("quiet_hours", 2)]
    assert "T09:" in messages(told)[0][2], "spread over a while after nine"


def test_a_report_is_told_in_three_languages(
    postgres: Connection, clickhouse: Client, workspace: str
) -> None:
    Shop(postgres).people(list(range(1, 41)))
    give_addresses(postgres, range(1, 41))
    remember(clickhouse, crowd(random.Random(3), 200))
    told = rehearse(postgres, clickhouse, wanted(workspace))
    for locale in ("tr", "az", "en"):
        text = tell.tell(told, locale)
        assert "journeys." not in text and "delivery." not in text
        assert f"{told.entered}" in text
