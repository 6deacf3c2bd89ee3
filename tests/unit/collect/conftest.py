"""Fixtures for the tests of the collect room."""

import pytest
from clickhouse_connect.driver.client import Client

from kervan.collect import intake, sources, store
from kervan.collect.process import Limits, Processor
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.collect.processing import VAULT, House


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
    worker = store.become_worker(postgres)
    postgres.commit()
    processor = Processor(
        postgres,
        VAULT,
        known,
        workspace,
        worker=worker,
        country="TR",
        hooks=[],
        limits=Limits(event_names=20),
    )
    return House(postgres, clickhouse, workspace, processor, server.id, browser.id)
