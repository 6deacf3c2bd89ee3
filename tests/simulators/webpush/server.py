"""A push service on a real socket: subscriptions, messages, and Firefox's own side of it.

A simulator: it shares no code with Kervan. Senders use `POST /push/<channel>` (RFC 8030 §5);
Firefox subscribes and is told over a WebSocket at `/ws` (autopush, "Architecture" and "WebPush
Proto"): hello, register, unregister, notification, ack.
"""

import asyncio
import base64
import json
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.simulators.webpush import rules
from tests.simulators.webpush.rules import Refusal


@dataclass
class Message:
    """What was accepted for a subscription."""

    channel: str
    headers: dict[str, str]
    body: bytes
    claims: dict[str, Any]
    version: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass
class Fault:
    """The next answer instead of the right one; `cut` hangs up after the message was taken."""

    status: int
    headers: dict[str, str]
    body: str
    cut: bool


class PushService:
    """The service in a thread; `now` is its clock. Use as a context manager."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.messages: list[Message] = []
        self.waiting: dict[str, list[Message]] = {}
        self.refused: list[Refusal] = []
        self.pages: dict[str, tuple[str, str]] = {}
        self.posted: list[str] = []
        self.port = 0
        self._now = now
        self._bound: dict[str, bytes] = {}
        self._gone: set[str] = set()
        self._faults: deque[Fault] = deque()
        self._sockets: dict[str, web.WebSocketResponse] = {}
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def origin(self) -> str:
        """Where it listens, without a trailing slash."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "PushService":
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def subscribe(self, key: bytes = b"") -> str:
        """A new subscription's endpoint, restricted to a sender's key where one is given."""
        channel = str(uuid.uuid4())
        self._bound[channel] = key
        return f"{self.origin}/push/{channel}"

    def end(self, endpoint: str) -> None:
        """The reader takes her permission back: 410 from now on (RFC 8030 §7.3)."""
        self._gone.add(endpoint.rpartition("/")[2])

    def fail(
        self, status: int, headers: dict[str, str] | None = None, body: str = "", *,
        cut: bool = False,
    ) -> None:  # fmt: skip
        """The next message is answered so."""
        self._faults.append(Fault(status, headers or {}, body, cut))

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        self._loop.call_soon(self._ready.set)  # a stop before it runs would be lost
        self._loop.run_forever()
        self._loop.run_until_complete(self._runner.cleanup())
        self._loop.close()

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_post("/push/{channel}", self._push)
        app.router.add_get("/ws", self._socket)
        app.router.add_post("/posted", self._posted)
        app.router.add_get("/page/{name}", self._page)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _push(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        channel = request.match_info["channel"]
        fault = self._faults.popleft() if self._faults else None
        if fault and not fault.cut:
            return web.Response(status=fault.status, headers=fault.headers, text=fault.body)
        try:
            message = self._accept(channel, headers, body)
        except Refusal as refusal:
            self.refused.append(refusal)
            told = {"code": refusal.status, "errno": refusal.errno, "message": refusal.why}
            return web.json_response(told, status=refusal.status)
        if fault:
            assert request.transport is not None
            request.transport.abort()
        await self._tell(message)
        place = f"{self.origin}/m/{message.version}"
        return web.Response(status=201, headers={"Location": place, "TTL": headers["ttl"]})

    def _accept(self, channel: str, headers: dict[str, str], body: bytes) -> Message:
        if channel in self._gone:
            raise Refusal(410, 106, "gone")
        if channel not in self._bound:
            raise Refusal(404, 102, "unknown")
        claims = rules.check_vapid(
            headers.get("authorization"), self.origin, self._bound[channel], int(self._now())
        )
        rules.check_headers(headers)
        rules.check_body(body)
        message = Message(channel, headers, body, claims)
        self.messages.append(message)
        queue = self.waiting.setdefault(channel, [])
        if "topic" in headers:  # RFC 8030 §5.4: it replaces what waits under the same topic
            queue[:] = [one for one in queue if one.headers.get("topic") != headers["topic"]]
        queue.append(message)
        return message

    async def _tell(self, message: Message) -> None:
        socket = self._sockets.get(message.channel)
        if socket is None or socket.closed:
            return
        data = base64.urlsafe_b64encode(message.body).rstrip(b"=").decode()
        await socket.send_json(
            {
                "messageType": "notification",
                "channelID": message.channel,
                "version": message.version,
                "data": data,
                "headers": {"encoding": "aes128gcm"},
            }
        )

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("push-notification",))
        await socket.prepare(request)
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                break
            asked = json.loads(frame.data or "{}")
            kind = asked.get("messageType", "ping")
            answer: dict[str, Any] | None = {"messageType": kind, "status": 200}
            if kind == "hello":
                answer |= {"uaid": uuid.uuid4().hex, "use_webpush": True, "broadcasts": {}}
            elif kind == "register":
                channel = asked["channelID"]
                key = asked.get("key") or ""
                self._bound[channel] = rules.unpadded(key.rstrip("="))
                self._sockets[channel] = socket
                answer |= {"channelID": channel, "pushEndpoint": f"{self.origin}/push/{channel}"}
            elif kind == "unregister":
                self._gone.add(asked["channelID"])
                answer |= {"channelID": asked["channelID"]}
            elif kind == "ping":
                await socket.send_str("{}")
                answer = None
            else:  # ack, nack, broadcast_subscribe want no answer
                answer = None
            if answer is not None:
                await socket.send_json(answer)
        return socket

    async def _posted(self, request: web.Request) -> web.Response:
        self.posted.append(await request.text())
        return web.Response()

    async def _page(self, request: web.Request) -> web.Response:
        kind, text = self.pages[request.match_info["name"]]
        return web.Response(text=text, content_type=kind)
