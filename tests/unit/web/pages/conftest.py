"""A running web process over a test's own databases, with a reader who has signed in."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, build_opener

import pytest
import uvicorn
from fastapi import Depends, FastAPI

from kervan.kernel import clock, crypto, postgres
from kervan.kernel.config import Config
from kervan.web import access, auth, errors
from kervan.web.api import journeys, people
from kervan.web.api import live as api_live
from kervan.web.pages import live, snippet, static_files
from kervan.web.state import House
from tests.unit.insight.conftest import tell

__all__ = ["tell"]


@dataclass
class Site:
    """One web process: where it is, its house, and how to look at it."""

    address: str
    house: House
    cookie: str

    def get(self, path: str, *, signed_in: bool = True, **headers: str) -> tuple[int, str, Any]:
        """Status, text and headers of an address."""
        request = Request(self.address + path, headers=headers)
        if signed_in:
            request.add_header("Cookie", self.cookie)
        try:
            answer: HTTPResponse = build_opener().open(request, timeout=20)
        except HTTPError as error:
            return error.code, error.read().decode(), error.headers
        return answer.status, answer.read().decode(), answer.headers


@pytest.fixture
def site(engines_urls: Any, tmp_path: Path) -> Iterator[Site]:
    config = Config(
        data=tmp_path,
        postgres_url=engines_urls.postgres,
        clickhouse_url=engines_urls.clickhouse,
        workspace=engines_urls.workspace,
    )
    app = FastAPI()
    app.state.house = House(config, crypto.Vault(bytes(range(32))))
    errors.install(app)
    app.include_router(static_files.router)
    app.include_router(snippet.router)
    for router in (api_live.router, journeys.router, people.router, live.router):
        app.include_router(router, dependencies=[Depends(auth.require_operator)])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = clock.monotonic() + 60
    while not server.started and clock.monotonic() < deadline:
        clock.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        secret = access.use_link(conn, access.make_link(conn))
    yield Site(f"http://127.0.0.1:{port}", app.state.house, f"{auth.COOKIE}={secret}")
    server.should_exit = True
    thread.join(timeout=10)
