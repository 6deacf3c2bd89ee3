"""A collector in memory for tests: keys by name, an intake that can be full, and a caller."""

import asyncio
import base64
import json
from dataclasses import dataclass, field
from typing import Any

from kervan.collect import normalise
from kervan.collect.event import Event
from kervan.collect.intake import Overloaded
from kervan.collect.sources import Source
from kervan.web.collect import CollectApp


def source(number: int, kind: str = "server", **more: Any) -> Source:
    facts: dict[str, Any] = {
        "id": number,
        "workspace_id": 1,
        "workspace": "test",
        "name": f"Source {number}",
        "kind": kind,
        "trusted": kind != "browser",
        "allowed_origins": (),
        "rate_limit_per_second": 0,
        "enabled": True,
    }
    return Source(**{**facts, **more})


class Keyring:
    """Keys by name; `new` ones are seen by the next reading only, `away` lets none be made."""

    def __init__(self) -> None:
        self.loaded = True
        self.new: dict[str, Source] = {}
        self.away = False
        self._sources = {
            "good": source(1),
            "site": source(2, "browser", allowed_origins=("https://shop.example",)),
            "off": source(3, enabled=False),
            "slow": source(4, rate_limit_per_second=10),
            "history": source(5, "import"),
        }

    def find(self, key: str) -> Source | None:
        """The source of a key."""
        return self._sources.get(key)

    async def read_anew(self) -> bool:
        """Read them anew."""
        if not self.away:
            self._sources |= self.new
        return not self.away


@dataclass
class Disk:
    """An intake in memory that can be full, or wait until it is told to go on."""

    kept: list[tuple[int, bytes]] = field(default_factory=list)
    full: bool = False
    gate: asyncio.Event | None = None

    async def append(
        self,
        workspace: int,
        source: int,
        body: bytes,
        received_ms: int,
        ip: str,
        events: int = 1,
        *,
        bulk: bool = False,
    ) -> None:
        """Keep one body."""
        if self.full:
            raise Overloaded(3)
        if self.gate is not None:
            await self.gate.wait()
        self.kept.append((source, body))

    def events(self, sender: Source) -> list[Event]:
        """What was kept, understood."""
        return [
            event
            for _, body in self.kept
            for event in normalise.events(body, sender, 1_795_255_200_000, "")[0]
        ]


@dataclass
class Answer:
    """One answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return str(self.json["error"]["code"])


class Client:
    """Calls the collector as a server would, chunk by chunk."""

    def __init__(self, **settings: Any) -> None:
        self.keys, self.disk = Keyring(), Disk()
        self.app = CollectApp(self.keys, self.disk, **settings)

    async def call(
        self, method: str, path: str, chunks: list[bytes], headers: dict[str, str]
    ) -> Answer:
        plain, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": plain,
            "query_string": query.encode(),
            "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
            "client": ("203.0.113.7", 5),
            "scheme": "http",
        }
        waiting = [
            {"type": "http.request", "body": chunk, "more_body": number < len(chunks) - 1}
            for number, chunk in enumerate(chunks)
        ] or [{"type": "http.request", "body": b"", "more_body": False}]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return waiting.pop(0) if waiting else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        start = sent[0]
        return Answer(
            start["status"],
            {k.decode(): v.decode() for k, v in start["headers"]},
            b"".join(message.get("body", b"") for message in sent[1:]),
        )

    def send(
        self, path: str, body: Any = b"", *, method: str = "POST", key: str = "", **headers: str
    ) -> Answer:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            named["authorization"] = "Basic " + base64.b64encode(f"{key}:".encode()).decode()
        named.setdefault("content-length", str(len(raw)))
        return asyncio.run(self.call(method, path, [raw], named))
