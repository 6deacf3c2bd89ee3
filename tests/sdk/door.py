"""The collector the SDKs are run against: how it is started, and what it has received."""

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

from kervan.collect import normalise
from kervan.collect.event import Event, Rejected
from kervan.collect.sources import Source
from kervan.kernel import ids
from kervan.web.collect import CollectApp

PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Seen:
    """One request as it arrived, and the status it got."""

    method: str
    path: str
    content_type: str
    encoding: str
    status: int

    def __str__(self) -> str:
        facts = " ".join(filter(None, (self.content_type, self.encoding)))
        return f"{self.method} {self.path} {self.status} {facts}".rstrip()


class Keys:
    """Write keys for tests."""

    def __init__(self) -> None:
        self.loaded = True
        self._sources: dict[str, Source] = {}

    def add(self, kind: str, origins: tuple[str, ...] = (), rate: int = 0) -> tuple[str, Source]:
        """A new source and its key."""
        number = len(self._sources) + 1
        source = Source(
            id=number, workspace_id=1, workspace="test", name=f"{kind} {number}", kind=kind,
            trusted=kind != "browser", allowed_origins=origins, rate_limit_per_second=rate,
            enabled=True,
        )
        key = "kv_" + ids.secret(12)
        self._sources[key] = source
        return key, source

    def find(self, key: str) -> Source | None:
        """The source of a key."""
        return self._sources.get(key)


class FileIntake:
    """Makes bodies durable in a file: appended and on disk before it returns."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab+")
        self._lock = threading.Lock()

    async def append(
        self, workspace: int, source: int, body: bytes, received_ms: int, ip: str, events: int = 1
    ) -> None:
        """Keep one body."""
        line = msgspec.json.encode([source, received_ms, ip, body])
        with self._lock:
            self._file.write(line + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def bodies(self, source: int) -> list[tuple[int, str, bytes]]:
        """(received_ms, ip, body) of one source, in order of arrival."""
        with self._lock:
            self._file.seek(0)
            rows = [msgspec.json.decode(line, type=tuple[int, int, str, bytes])
                    for line in self._file]
        return [(received, ip, body) for number, received, ip, body in rows if number == source]


@dataclass
class Sender:
    """One source as a test holds it: its key, and what has arrived from it."""

    key: str
    source: Source
    door: "Door"

    def received(self) -> tuple[list[Event], list[Rejected]]:
        """Everything that has arrived so far, understood."""
        good: list[Event] = []
        bad: list[Rejected] = []
        for received_ms, ip, body in self.door.intake.bodies(self.source.id):
            some, refused = normalise.events(body, self.source, received_ms, ip)
            good += some
            bad += refused
        return good, bad

    def wait(self, count: int) -> list[Event]:
        """The events once `count` different ones have arrived; duplicates are taken once."""
        found: dict[str, Event] = {}

        def arrived() -> bool:
            found.update((event.message_id, event) for event in self.received()[0])
            return len(found) >= count

        until(arrived, lambda: f"{len(found)} of {count}: {[e.name for e in found.values()]}; "
                               f"{self.received()[1]}; {[str(s) for s in self.door.seen]}")
        return list(found.values())


@dataclass
class Door:
    """A running collector."""

    url: str
    keys: Keys
    intake: FileIntake
    seen: list[Seen] = field(default_factory=list)

    def sender(self, kind: str, **settings: Any) -> Sender:
        """A new source of this kind."""
        key, source = self.keys.add(kind, **settings)
        return Sender(key, source, self)


def until(condition: Callable[[], bool], said: Callable[[], str]) -> None:
    """Wait until `condition` holds, or fail with what is `said`."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {PATIENCE_SECONDS} s in vain: {said()}")
        time.sleep(0.05)


class Recorder:
    """Passes requests on and notes them."""

    def __init__(self, app: CollectApp, seen: list[Seen]) -> None:
        self._app = app
        self._seen = seen

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            return
        headers = dict(scope["headers"])
        status = 0

        async def noting(message: dict[str, Any]) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        await self._app(scope, receive, noting)
        self._seen.append(Seen(
            scope["method"], scope["path"], headers.get(b"content-type", b"").decode(),
            headers.get(b"content-encoding", b"").decode(), status,
        ))


class Opened:
    """Starts and stops a collector in a thread of its own, on a free port."""

    def __init__(self, folder: Path) -> None:
        keys, intake = Keys(), FileIntake(folder / "intake.ndjson")
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        self.door = Door(f"http://127.0.0.1:{port}", keys, intake)
        app = Recorder(CollectApp(keys, intake), self.door.seen)
        config = uvicorn.Config(app, log_level="warning", lifespan="off", access_log=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._server.serve(sockets=[listener]))
        )

    def __enter__(self) -> Door:
        self._thread.start()
        until(lambda: self._server.started, lambda: "the collector did not start")
        return self.door

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)


def open_door(folder: Path) -> Opened:
    """The collector under test. The one place that decides what the SDKs talk to."""
    return Opened(folder)
