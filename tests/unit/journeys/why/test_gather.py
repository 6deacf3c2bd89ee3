"""Why, from both engines: what a worker decided, carried into history, told in three languages."""

import pytest
from clickhouse_connect.driver.client import Client

from kervan.history import event, write
from kervan.journeys import apply
from kervan.journeys.decided import carry, keep
from kervan.journeys.hooks import Hooks
from kervan.journeys.numbers import count
from kervan.journeys.publish.carry import Choice
from kervan.journeys.run import Journeys
from kervan.journeys.why import disclose, gather, say
from kervan.journeys.why.line import Line
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.journeys.shop import START_MS, VAULT, Event, Shop, events

MINUTE, HOUR = 60_000, 3_600_000
MJML = "<mjml><mj-body></mj-body></mjml>"
JOURNEY = f"""
journey:
  key: basket
  name: Basket
  trigger: {{event: Product Added, where: [{{property: price, gte: 100}}]}}
  reentry: never
  exit_on: {{event: Opted Out}}
  goal: {{event: Order Completed, within: 3 days}}
  steps:
    - {{key: rest, kind: wait, for: 1 hour}}
    - {{key: mail, kind: send_email, message: {{subject: Hello, mjml: "{MJML}"}}}}
    - {{key: day, kind: wait, for: 1 day}}
    - {{key: end, kind: exit, reason: done}}
"""


class Both(Shop):
    """A shop whose events and decisions are in history too."""

    def __init__(self, conn: Connection, history: Client) -> None:
        super().__init__(conn)
        self.history = history
        self.journeys = Journeys(conn, VAULT, Hooks(decided=keep.decided))
        self.batches = 0

    def live(self, *rows: Event) -> None:
        """Let these events happen, and a worker do what they ask for."""
        self.batches += 1
        write.insert(self.history, event.to_block(events(list(rows)), self.batches), self.batches)
        self.happen(*rows)
        self.work_all(max(row[0] for row in rows))

    def settle(self, after_ms: int) -> None:
        """Work until then, and carry all decisions over."""
        self.work_all(after_ms)
        while carry.step(self.conn, self.history):
            pass


@pytest.fixture
def both(postgres: Connection, clickhouse: Client) -> Both:
    shop = Both(postgres, clickhouse)
    shop.people([1, 2, 3, 4])
    shop.publish(JOURNEY)
    return shop


def _codes(lines: list[Line]) -> list[str]:
    return [one.code.partition(".")[2] for one in lines]


def test_three_people_and_why(both: Both) -> None:
    both.live(
        (0, 1, "Product Added", {"price": 120, "name": "Cup"}),
        (0, 2, "Product Added", {"price": 20, "name": "Tea"}),
        (0, 3, "Product Added", {"price": 200, "name": "Pot"}),
    )
    both.live((2 * MINUTE, 3, "Order Completed", {"order_id": "A7"}))
    both.settle(HOUR)
    both.live((HOUR + MINUTE, 3, "Product Added", {"price": 130}))
    both.settle(HOUR + MINUTE)
    who = (both.conn, both.history, "basket")

    waits = gather.why(*who, 1)
    (told,) = waits.runs
    assert told.is_inside and _codes(told.lines) == [
        "why_entered", "why_stays_until", "why_due", "why_did", "why_message",
        "why_stays_until", "why_stands_until",
    ]  # fmt: skip
    assert "price: 120, name: Cup" in say.say(waits, "en")
    assert "Mesajı (email): bekliyor." in say.say(waits, "tr")

    bought = gather.why(*who, 3)
    (told,) = bought.runs
    assert _codes(told.lines)[2:] == ["why_goal", "why_left_by", "would_without_message"]
    assert _codes(bought.missed) == ["refused_reentry"]
    assert "gəlməsəydi, “mail” addımının mesajı gedəcəkdi." in say.say(bought, "az")

    assert _codes(gather.why(*who, 2).missed) == ["missed_condition"]
    assert "price: 20" in say.say(gather.why(*who, 2), "en")
    assert _codes(gather.why(*who, 4).missed) == ["missed_never_where"]
    with pytest.raises(KervanError, match="no journey"):
        gather.why(both.conn, both.history, "nothing", 4)


def test_a_story_follows_the_run_to_whom_it_belongs_today(both: Both) -> None:
    both.live((0, 1, "Product Added", {"price": 120}))
    both.settle(0)
    both.conn.execute("update journey_run set person = 2")
    hers = gather.why(both.conn, both.history, "basket", 2)
    assert hers.runs[0].lines[0].code == "journeys.why_entered"
    assert not gather.why(both.conn, both.history, "basket", 1).runs


def test_whom_a_publication_moved_is_told_so(both: Both) -> None:
    both.live((0, 1, "Product Added", {"price": 120}))
    both.settle(0)
    longer = JOURNEY.replace("for: 1 hour", "for: 2 hours")
    at = clock.from_ms(START_MS + MINUTE)
    apply.apply(both.conn, longer, at, choice=Choice("recompute"))
    both.settle(MINUTE)
    (told,) = gather.why(both.conn, both.history, "basket", 1).runs
    assert _codes(told.lines)[2:] == ["why_moved_until", "why_stands_until"]
    moved = told.lines[2]
    assert (moved.at_ms, moved.step) == (START_MS + MINUTE, "rest")
    assert moved.facts == {"version": 2, "until_ms": START_MS + 2 * HOUR}
    gone = longer.replace("    - {key: rest, kind: wait, for: 2 hours}\n", "")
    apply.apply(both.conn, gone, at, choice=Choice("keep", {"rest": "exit"}))
    both.settle(2 * MINUTE)
    story = gather.why(both.conn, both.history, "basket", 1)
    assert _codes(story.runs[0].lines)[3:] == ["why_moved_out", "why_left"]
    said = {one: say.say(story, one) for one in ("en", "tr", "az")}
    assert "Moved to version 2 by its publication" in said["en"]
    assert "2. sürümün yayımlanmasıyla" in said["tr"]
    assert "2 nömrəli versiyanın dərci" in said["az"]
    numbers = count.count(both.conn, both.history, gather.versions(both.conn, "basket", "UTC"))
    assert [one.steps[0].came for one in numbers] == [1, 0, 0], "nobody came by being moved"
    [row] = [one for one in disclose.disclose(both.conn, both.history, [1]) if one["way"] == "moved"
             and one["version"] == 2]  # fmt: skip
    assert (row["what"], row["step"]) == ("passed", "rest")


def test_a_text_that_would_be_refused_by_now_still_tells_its_story(both: Both) -> None:
    both.live((0, 1, "Product Added", {"price": 120}))
    both.settle(0)
    for before, after in (
        ("name: Basket", "name: Basket\n  colour: red"),
        ("kind: wait", "kind: w"),
    ):
        both.conn.execute(
            "update journey_version set text = replace(text, %s, %s)", (before, after)
        )
        assert gather.why(both.conn, both.history, "basket", 1).runs[0].is_inside


def test_times_that_name_no_zone_are_in_the_workspaces(postgres: Connection) -> None:
    shop = Shop(postgres)
    shop.publish(JOURNEY.replace("  steps:", '  starts: "2026-12-01 10:00"\n  steps:'))
    [utc] = gather.versions(postgres, "basket", "UTC")
    [here] = gather.versions(postgres, "basket", "Asia/Baku")
    assert utc.definition.starts_ms - here.definition.starts_ms == 4 * HOUR
