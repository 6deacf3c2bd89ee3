"""Fixtures for the tests of the collect room."""

import pytest
from clickhouse_connect.driver.client import Client

from kervan.collect import intake, sources
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.collect.processing import House, begin


@pytest.fixture
def house(postgres: Connection, clickhouse: Client, workspace: str) -> House:
    sources.ensure_own(postgres, workspace)
    server_key = sources.create(postgres, workspace, "Shop", "server")
    browser_key = sources.create(postgres, workspace, "Site", "browser")
    intake.open_days(postgres, [clock.now().date()])
    known = sources.Sources()
    known.refresh(postgres)
    server, browser = known.find(server_key), known.find(browser_key)
    assert server and browser
    return House(postgres, clickhouse, workspace, begin(postgres, workspace), server.id, browser.id)
