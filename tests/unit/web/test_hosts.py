"""A request goes to the workspace whose name it bears, and to the first under any other."""

import asyncio
import dataclasses
import json

import psycopg
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kervan.kernel import clock
from kervan.kernel.workspaces import Workspace
from kervan.web.hosts import Hosts

_AT = clock.now()
_FIRST = Workspace(1, "main", "", "", "", "", "", _AT, None)
_SAND = Workspace(2, "sand", "Deneme", "sand.localhost", "TR", "", "", _AT, None)


class Room:
    """The workspaces there are, and the applications that were made for them."""

    def __init__(self) -> None:
        self.known = [_FIRST, _SAND]
        self.made: list[str] = []
        self.away = False
        self.hosts = Hosts(_says("main"), frozenset({"127.0.0.1"}), self.read, self.make)

    def read(self) -> list[Workspace]:
        if self.away:
            raise psycopg.OperationalError
        return self.known

    def make(self, one: Workspace) -> FastAPI:
        self.made.append(one.key)
        app = FastAPI()
        app.get("/")(lambda: one.key)
        return app

    async def ask(self, host: str) -> tuple[int, str]:
        got: list[Message] = []

        async def send(message: Message) -> None:
            got.append(message)

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope: Scope = {
            "type": "http", "method": "GET", "path": "/", "query_string": b"",
            "headers": [(b"host", host.encode())],
        }  # fmt: skip
        await self.hosts(scope, receive, send)
        body = b"".join(one.get("body", b"") for one in got)
        return got[0]["status"], body.decode()


def _says(word: str) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": word.encode()})

    return app


def test_each_name_leads_to_its_own() -> None:
    async def story() -> None:
        room = Room()
        async with room.hosts.kept():
            for host in ("127.0.0.1:8000", "shop.example", "", "[", "sand.localhost.evil.example"):
                assert await room.ask(host) == (200, "main"), host
            for host in ("sand.localhost:8000", "SAND.localhost"):
                assert await room.ask(host) == (200, '"sand"'), host
            assert room.made == ["sand"], "made once"

    asyncio.run(story())


def test_many_at_once_make_one() -> None:
    async def story() -> None:
        room = Room()
        async with room.hosts.kept():
            found = await asyncio.gather(*(room.ask("sand.localhost") for _ in range(20)))
        assert set(found) == {(200, '"sand"')} and room.made == ["sand"]

    asyncio.run(story())


def test_a_closed_one_says_so_and_what_was_known_lasts() -> None:
    async def story() -> None:
        room = Room()
        room.known = [_FIRST, dataclasses.replace(_SAND, closed_at=_AT)]
        async with room.hosts.kept():
            status, said = await room.ask("sand.localhost")
            assert status == 410
            assert json.loads(said)["error"]["code"] == "kernel.workspace_closed"
            room.away = True
            clock.sleep(0.2)
            assert (await room.ask("sand.localhost"))[0] == 410
        assert not room.made

    asyncio.run(story())
