"""A shop whose people steps ask about, on both engines."""

import pytest
from clickhouse_connect.driver.client import Client

from kervan.collect import store as collected
from kervan.journeys.facts.live import LiveFacts
from kervan.kernel.postgres import Connection
from kervan.segments.live import loop, store
from kervan.segments.live.tick import Live
from tests.unit.collect.processing import open_house
from tests.unit.segments.shop import Shop


@pytest.fixture
def shop(postgres: Connection, clickhouse: Client, workspace: str) -> Shop:
    house = open_house(postgres, clickhouse, workspace, store.watched)
    live = Live(postgres, clickhouse)
    postgres.commit()
    return Shop(house, live, loop.Loop(postgres, clickhouse, workspace))


@pytest.fixture
def facts(shop: Shop, clickhouse: Client, workspace: str) -> LiveFacts:
    number = collected.workspace_id(shop.conn, workspace)
    return LiveFacts(shop.conn, clickhouse, number, "Europe/Istanbul")
