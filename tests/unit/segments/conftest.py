"""Fixtures for the tests of the segments room."""

import pytest
from clickhouse_connect.driver.client import Client

from kervan.collect import intake, sources
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.segments.live import loop, store
from kervan.segments.live.tick import Live
from tests.unit.collect.processing import House, begin
from tests.unit.segments.shop import Shop


@pytest.fixture
def shop(postgres: Connection, clickhouse: Client, workspace: str) -> Shop:
    sources.ensure_own(postgres, workspace)
    server_key = sources.create(postgres, workspace, "Shop", "server")
    browser_key = sources.create(postgres, workspace, "Site", "browser")
    intake.open_days(postgres, [clock.now().date()])
    known = sources.Sources()
    known.refresh(postgres)
    server, browser = known.find(server_key), known.find(browser_key)
    assert server and browser
    processor = begin(postgres, workspace, store.watched)
    house = House(postgres, clickhouse, workspace, processor, server.id, browser.id)
    mine = loop.Loop(postgres, clickhouse, workspace)
    live = Live(postgres, clickhouse)
    postgres.commit()
    return Shop(house, live, mine)
