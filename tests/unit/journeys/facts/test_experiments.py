"""Branches and experiments in the running engine: facts from history, and a winner from results."""

from collections import Counter

import pytest
from clickhouse_connect.driver.client import Client

from kervan.collect import sources
from kervan.collect import store as collected
from kervan.collect.process import Limits, Processor
from kervan.history.event import Events
from kervan.journeys import apply
from kervan.journeys.decided import carry, keep
from kervan.journeys.facts import shares
from kervan.journeys.facts.experiments import Experiments, results
from kervan.journeys.facts.live import LiveFacts
from kervan.journeys.hear import Ear
from kervan.journeys.hooks import Hooks
from kervan.journeys.run import Journeys
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.segments.live import store as membership
from tests.unit.collect.processing import VAULT
from tests.unit.segments.shop import Shop

TEXT = """\
journey:
  key: welcome
  name: Welcome
  trigger: {event: Signed Up}
  goal: {event: Product Liked, within: 7 days}
  steps:
    - key: who
      kind: branch
      ways:
        - name: loyal
          when: {kind: event, events: [Order Completed], test: {kind: number, op: gte, value: 2}}
      next: {loyal: thank, else: try}
    - {key: thank, kind: exit, reason: loyal}
    - key: try
      kind: experiment
      ways: [{name: a, share: 50}, {name: b, share: 50}]
      winner: {confidence: 0.95, after: 1 minute}
      next: {a: rest-a, b: rest-b}
    - {key: rest-a, kind: wait, for: 1 day, next: end}
    - {key: rest-b, kind: wait, for: 1 day, next: end}
    - {key: end, kind: exit}
"""
STEPS = ["who", "thank", "try", "rest-a", "rest-b", "end"]


class Engine:
    """A shop whose events move journeys, with answers from both engines."""

    def __init__(self, shop: Shop, facts: LiveFacts, workspace: str) -> None:
        self.shop = shop
        self.conn = shop.conn
        self._ear = Ear(VAULT.workspace(workspace))
        known = sources.Sources()
        known.refresh(self.conn)
        shop.house.processor = Processor(
            self.conn, VAULT, known, workspace, worker=collected.become_worker(self.conn),
            country="TR", hooks=[self._hear], watched=membership.watched,
            limits=Limits(event_names=20),
        )  # fmt: skip
        hooks = Hooks(facts, decided=keep.decided)
        self._journeys = Journeys(self.conn, VAULT.workspace(workspace), hooks)
        self.conn.commit()
        self._count = 0

    def _hear(self, conn: Connection, events: Events) -> None:
        self._ear(conn, events)

    def happen(self, name: str, users: list[str], ago_ms: int = 0) -> None:
        """Each of them does it, and journeys follow."""
        at = clock.from_ms(clock.now_ms() - ago_ms).isoformat().replace("+00:00", "Z")
        rows: list[dict[str, object]] = []
        for user in users:
            self._count += 1
            rows.append({"type": "track", "event": name, "userId": user, "timestamp": at,
                         "messageId": f"m{self._count}"})  # fmt: skip
        self.shop.happen(*rows)
        self.work()

    def work(self) -> None:
        """Turns until nothing is due."""
        while (
            done := self._journeys.work(list(range(256)), clock.now_ms())
        ).signals or done.timers:
            self.conn.commit()
        self.conn.commit()

    def where(self) -> dict[int, str]:
        """Each person's step."""
        rows = self.conn.execute("select person, step from journey_run").fetchall()
        return {person: STEPS[step] for person, step in rows}


@pytest.fixture
def engine(shop: Shop, facts: LiveFacts, workspace: str) -> Engine:
    return Engine(shop, facts, workspace)


def test_a_branch_asks_history_and_an_experiment_finds_its_winner(
    engine: Engine, clickhouse: Client
) -> None:
    conn = engine.conn
    apply.apply(conn, TEXT, clock.now())
    conn.commit()
    people = [f"p{number}" for number in range(60)]
    engine.happen("Order Completed", ["p0", "p1"], 600_000)
    engine.happen("Order Completed", ["p0"], 500_000)
    engine.happen("Signed Up", people, 300_000)
    number = {name: engine.shop.person(name) for name in people}
    where = engine.where()
    assert where[number["p0"]] == "thank"
    assert where[number["p1"]] != "thank"  # one order is not two
    drawn = Counter(where.values())
    assert drawn["rest-a"] + drawn["rest-b"] == 59
    assert min(drawn["rest-a"], drawn["rest-b"]) > 10
    assert shares.last(conn, "welcome/try") is None

    learning = Experiments()
    engine.happen("Product Liked", [one for one in people if where[number[one]] == "rest-b"])
    while carry.step(conn, clickhouse):
        conn.commit()
    conn.commit()
    learning.step(conn, clickhouse, clock.now_ms())
    conn.commit()
    won = shares.last(conn, "welcome/try")
    assert won is not None
    assert won.won == "b"
    assert won.counts == {"a": (drawn["rest-a"], 0), "b": (drawn["rest-b"], drawn["rest-b"])}
    learning.step(conn, clickhouse, clock.now_ms())
    assert shares.last(conn, "welcome/try") == won

    (now,) = results(conn, clickhouse, "welcome", clock.now_ms())
    assert (now.step, now.won) == ("try", "b")
    told = [(one.name, one.share, one.share_now, one.drawn, one.reached) for one in now.ways]
    assert told == [
        ("a", 50, 0, drawn["rest-a"], 0),
        ("b", 50, 100, drawn["rest-b"], drawn["rest-b"]),
    ]
    assert now.ways[1].best > 0.99

    newcomers = [f"n{number}" for number in range(12)]
    engine.happen("Signed Up", newcomers)
    where = engine.where()
    assert {where[engine.shop.person(one)] for one in newcomers} == {"rest-b"}
