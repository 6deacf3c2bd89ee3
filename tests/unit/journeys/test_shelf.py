"""The shelf: what is live, in the workspace's zone, and what is paused, known in the next turn."""

import pytest

from kervan.journeys.columns import REFUSED_PAUSED, Book, Decisions, Signals
from kervan.journeys.hooks import Hooks
from kervan.journeys.run import Journeys
from kervan.journeys.shelf import Shelf
from kervan.kernel.postgres import Connection
from tests.unit.journeys.shop import VAULT, Shop

TEXT = """
journey:
  key: dated
  name: Dated
  trigger: {event: Came}
  starts: "2026-01-01 00:00"
  steps: [{key: rest, kind: wait, for: 1 day}, {key: end, kind: exit}]
"""


@pytest.fixture
def shop(postgres: Connection) -> Shop:
    made = Shop(postgres)
    made.people([1, 2])
    made.publish(TEXT)
    return made


def test_times_without_a_zone_are_the_workspaces(shop: Shop) -> None:
    starts = [
        next(iter(Shelf(zone).book(shop.conn).versions.values())).definition.starts_ms
        for zone in ("UTC", "Asia/Baku")
    ]
    assert starts[0] - starts[1] == 4 * 3_600_000


def test_a_paused_journey_refuses_newcomers_and_says_so(shop: Shop) -> None:
    told: list[int] = []

    def decided(conn: Connection, book: Book, decisions: Decisions, signals: Signals) -> None:
        told.extend(decisions.refused.reason.tolist())

    shop.journeys = Journeys(shop.conn, VAULT, Hooks(decided=decided))
    shop.happen((0, 1, "Came", {}))
    assert shop.work(0).entered == 1
    shop.conn.execute("update journey set paused_at = now()")
    shop.conn.execute("update journey_edition set number = number + 1")
    shop.happen((5, 2, "Came", {}))
    assert shop.work(5).entered == 0
    assert told == [REFUSED_PAUSED]
    shop.conn.execute("update journey set paused_at = null")
    shop.conn.execute("update journey_edition set number = number + 1")
    shop.happen((9, 2, "Came", {}))
    assert shop.work(9).entered == 1
