"""Fixtures for the tests of the segments room."""

import pytest
from clickhouse_connect.driver.client import Client

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
