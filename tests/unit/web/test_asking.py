"""A question ends when its time is over, or when whoever asked has gone."""

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from clickhouse_connect.driver.client import Client
from fastapi import FastAPI, Request

from kervan.kernel import clock, crypto
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.web import asking, errors
from kervan.web.state import House

_LONG = (
    "SELECT count() FROM numbers(1000000) WHERE sleepEachRow(0.05) = 1 SETTINGS max_block_size = 1"
)
_RUNNING = "SELECT count() FROM system.processes WHERE query LIKE '%sleepEachRow(0.05)%'"


@pytest.fixture
def port(engines_urls: Any, tmp_path: Path) -> Iterator[int]:
    """A web process that asks a question of half a day."""
    app = FastAPI()
    config = Config(
        data=tmp_path, postgres_url=engines_urls.postgres, clickhouse_url=engines_urls.clickhouse,
        workspace=engines_urls.workspace,
    )  # fmt: skip
    app.state.house = House(config, crypto.Vault(bytes(32)))
    errors.install(app)

    @app.get("/long")
    async def long(request: Request, seconds: float) -> str:
        return await asking.while_there(request, lambda one: str(one.query(_LONG)), seconds)

    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(timeout=20)


def until(good: Any, seconds: float = 30) -> None:
    deadline = clock.monotonic() + seconds
    while not good():
        assert clock.monotonic() < deadline
        clock.sleep(0.02)


def running(client: Client) -> int:
    query = _RUNNING + " AND query NOT LIKE '%system.processes%'"
    return int(client.query(query).result_rows[0][0])


def test_a_query_ends_when_nobody_waits_for_it(port: int, clickhouse: Client) -> None:
    conn = http.client.HTTPConnection("127.0.0.1", port)
    conn.request("GET", "/long?seconds=1000")
    until(lambda: running(clickhouse) == 1)
    conn.close()
    until(lambda: running(clickhouse) == 0)


def test_a_query_ends_in_its_time(port: int, clickhouse: Client) -> None:
    conn = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    conn.request("GET", "/long?seconds=1")
    answer = conn.getresponse()
    assert answer.status == 503 and b"segments.too_slow" in answer.read()
    until(lambda: running(clickhouse) == 0)
    conn.close()


def test_a_clients_other_queries_are_not_named(clickhouse: Client) -> None:
    before = dict(clickhouse.params)
    assert asking.limited(clickhouse, lambda one: one.query("SELECT 1").row_count, 5) == 1
    with pytest.raises(KervanError) as error:
        asking.limited(clickhouse, lambda one: one.query(_LONG), 1)
    assert error.value.code == "segments.too_slow"
    big = "SELECT groupArray(number) FROM numbers(10000000) SETTINGS max_memory_usage = 1000000"
    with pytest.raises(KervanError) as error:
        asking.limited(clickhouse, lambda one: one.query(big), 5)
    assert error.value.code == "segments.too_costly"
    assert clickhouse.params == before
