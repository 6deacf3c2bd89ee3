"""A shop whose people are known to both engines, and whose journeys call them."""

from datetime import timedelta

import pytest
from clickhouse_connect.driver.client import Client

from kervan.journeys import apply
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.segments.live import loop, store
from kervan.segments.live.tick import Live
from kervan.segments.tree import Text, Trait
from tests.unit.collect.processing import open_house
from tests.unit.segments.shop import Shop

ZONE = "Europe/Istanbul"
STEPS = "  steps:\n    - {key: end, kind: exit}\n"


@pytest.fixture
def shop(postgres: Connection, clickhouse: Client, workspace: str) -> Shop:
    house = open_house(postgres, clickhouse, workspace, store.watched)
    live = Live(postgres, clickhouse)
    postgres.commit()
    return Shop(house, live, loop.Loop(postgres, clickhouse, workspace))


def publish(shop: Shop, trigger: str, hours_ago: float = 0, more: str = "") -> None:
    """A journey "calls" with this trigger, live since some hours."""
    text = f"journey:\n  key: calls\n  name: Calls\n  trigger: {trigger}\n{more}{STEPS}"
    at = clock.now() - timedelta(hours=hours_ago)
    apply.apply(shop.conn, text, at)
    shop.conn.commit()


def members(shop: Shop, *users: str) -> None:
    """These people have the plan gold, and are in a segment of that name."""
    shop.make("gold", Trait("plan", Text("eq", ("gold",))))
    shop.happen(
        *(
            {"type": "identify", "userId": user, "messageId": f"m-{user}",
             "traits": {"plan": "gold"}}
            for user in users
        )
    )  # fmt: skip


def called(shop: Shop) -> list[tuple[int, int]]:
    """(person, ms) of everybody called, as history says."""
    while shop.house.process() is not None:
        pass
    rows = shop.house.history.query(
        "SELECT who, toInt64(toUnixTimestamp64Milli(at)) FROM events"
        " WHERE name = 'Journey Called' ORDER BY at, who"
    ).result_rows
    return [(int(who), int(at)) for who, at in rows]
