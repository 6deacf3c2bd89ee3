"""Fixtures for the tests of the collect room."""

import pytest
from clickhouse_connect.driver.client import Client

from kervan.kernel.postgres import Connection
from tests.unit.collect.processing import House, open_house


@pytest.fixture
def house(postgres: Connection, clickhouse: Client, workspace: str) -> House:
    return open_house(postgres, clickhouse, workspace)
