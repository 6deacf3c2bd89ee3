"""The collector: one raw ASGI application that real SDKs send their events to.

It answers 200 only when the intake has the events on disk. It never trusts a content type, never
parses a form behind our back, and keeps no more than a fixed number of bytes in memory.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol
from urllib.parse import parse_qsl

import msgspec

from kervan.collect import decode, fields, keys, settings_documents
from kervan.collect.decode import Envelope
from kervan.collect.intake import Overloaded
from kervan.collect.sources import Source
from kervan.collect.throttle import Throttle
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.web import collect_answers, collect_body, collect_routes
from kervan.web.collect_answers import Answer
from kervan.web.collect_body import Flight, Gone
from kervan.web.collect_routes import Route

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

IN_FLIGHT_BYTES = 64 * 1024 * 1024
_LARGE_BYTES = 128 * 1024  # from here on unpacking and checking would hold up other requests
_LOADING_SECONDS = 2


class Keyring(Protocol):
    """What the collector asks about write keys (`web.fresh_keys.FreshKeys`)."""

    @property
    def loaded(self) -> bool:
        """Whether they were ever read."""

    def find(self, key: str) -> Source | None:
        """The source of a key as last read, or None."""

    async def read_anew(self) -> bool:
        """Whether the keys were read by a reading that began after this question."""


class Intake(Protocol):
    """The durable write (`collect.intake.AsyncIntake`)."""

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
        """Return when the body is durable; raise Overloaded otherwise."""


class _Identity(msgspec.Struct):
    uuid: msgspec.Raw = msgspec.Raw()


_identity = msgspec.json.Decoder(_Identity).decode


class Request:
    """The parts of an ASGI scope that the collector looks at."""

    def __init__(self, scope: Scope) -> None:
        self.method: str = scope["method"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.scheme: str = scope.get("scheme", "http")
        client = scope.get("client")
        self.ip: str = client[0] if client else ""
        self.query = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))

    def header(self, name: bytes) -> str:
        """One header as text, "" when absent."""
        return self.headers.get(name, b"").decode("latin-1")


class CollectApp:
    """The collector; calls `next_app` for paths that are not its own."""

    def __init__(
        self,
        sources: Keyring,
        intake: Intake,
        *,
        next_app: App | None = None,
        public_url: str | None = None,
        in_flight_bytes: int = IN_FLIGHT_BYTES,
        processes: int = 1,
    ) -> None:
        """`processes` collectors share each source's rate limit evenly."""
        self._sources = sources
        self._intake = intake
        self._next = next_app
        self._public_url = public_url
        self._throttle = Throttle()
        self._processes = processes
        self.flight = Flight(in_flight_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._pass_on(scope, receive, send)
            return
        route = collect_routes.find(scope["path"], scope["method"])
        if route is None:
            await self._pass_on(scope, receive, send)
            return
        request = Request(scope)
        try:
            answer = await self._answer(route, request, receive)
        except Gone:
            return
        await collect_answers.send(answer, request.headers, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._next is not None:
            await self._next(scope, receive, send)
        elif scope["type"] == "http":
            await collect_answers.send(Answer(404, b"", retry_seconds=0), {}, send)

    async def _answer(self, route: Route, request: Request, receive: Receive) -> Answer:
        if request.method == "OPTIONS":
            return collect_answers.preflight(request.headers)
        language = request.header(b"accept-language")
        try:
            if route.answer in ("events", "import"):
                return await self._events(route, request, receive)
            return await self._other(route, request, receive)
        except Overloaded as full:
            # At this point the whole body has been read: there is nothing to drain.
            error = KervanError("collect.overloaded", status=503, seconds=full.retry_seconds)
            return collect_answers.refusal(error, language, full.retry_seconds)
        except _RefusedError as refused:
            if refused.drain:
                await collect_body.drain(receive)
            return collect_answers.refusal(refused.error, language, refused.retry_seconds)

    async def _other(self, route: Route, request: Request, receive: Receive) -> Answer:
        if route.answer in ("drop", "flags"):
            await collect_body.drain(receive)
            if route.answer == "flags":
                return collect_answers.document(settings_documents.posthog_flags())
            return collect_answers.taken(route.dialect, [])
        if route.answer == "pixel":
            return await self._pixel(route, request)
        return await self._settings(route, request)

    async def _source(self, key: str | None, request: Request) -> Source:
        if not self._sources.loaded:
            raise _loading()
        if key is None:
            raise _RefusedError(KervanError("collect.key_missing", status=401))
        source = self._sources.find(key)
        if source is None:
            # It may be younger than the last reading, and an SDK throws away what gets 401.
            if not await self._sources.read_anew():
                raise _loading()
            source = self._sources.find(key)
        if source is None:
            raise _RefusedError(KervanError("collect.key_unknown", status=401))
        if not source.enabled:
            raise _RefusedError(
                KervanError("collect.source_disabled", status=403, source=source.name)
            )
        origin = request.header(b"origin")
        if origin and source.allowed_origins and origin not in source.allowed_origins:
            raise _RefusedError(KervanError("collect.origin_refused", status=403, origin=origin))
        return source

    async def _settings(self, route: Route, request: Request) -> Answer:
        key = route.key or keys.find(
            request.header(b"authorization"),
            request.header(b"x-write-key"),
            None,
            request.query.get("writeKey"),
        )
        source = await self._source(key, request)
        assert key is not None
        if route.answer == "segment":
            base = self._public_url or f"{request.scheme}://{request.header(b'host')}"
            return collect_answers.document(settings_documents.segment(key, base))
        if route.answer == "rudderstack":
            return collect_answers.document(
                settings_documents.rudderstack(key, source.id, source.name)
            )
        config = settings_documents.posthog(key)
        if route.answer == "posthog_js":
            return collect_answers.script("_POSTHOG_REMOTE_CONFIG", key, config)
        return collect_answers.document(config)

    async def _pixel(self, route: Route, request: Request) -> Answer:
        source = await self._source(request.query.get("writeKey"), request)
        body = msgspec.json.encode(_from_query(request.query))
        await self._keep(source, decode.enclose(route.door, body), 1, request.ip)
        return collect_answers.pixel()

    async def _events(self, route: Route, request: Request, receive: Receive) -> Answer:
        if request.method != "POST":
            raise _RefusedError(KervanError("collect.method", status=405))
        authorization = request.header(b"authorization")
        early = keys.from_headers(authorization, request.header(b"x-write-key"))
        if early is not None or not self._sources.loaded:
            # A key in a header decides alone, so a stranger's body need not be read at all.
            try:
                await self._source(early, request)
            except _RefusedError as refused:
                refused.drain = True
                raise
        with self.flight.hold() as held:
            try:
                raw = await collect_body.read(receive, _length(request), held)
            except KervanError as error:
                raise _RefusedError(error, _wait(error), drain=True) from None
            try:
                envelope = await _read(raw, request.header(b"content-encoding"))
                held.grow(len(envelope.body))
            except KervanError as error:
                raise _RefusedError(error, _wait(error)) from None
            key = keys.find(
                authorization,
                request.header(b"x-write-key"),
                envelope.write_key,
                request.query.get("writeKey"),
            )
            source = await self._source(key, request)
            if route.answer == "import" and source.kind != "import":
                raise _RefusedError(KervanError("collect.import_key_needed", status=403))
            await self._take(route, request, source, envelope)
        return collect_answers.taken(route.dialect, _uuids(route, envelope))

    async def _take(
        self, route: Route, request: Request, source: Source, envelope: Envelope
    ) -> None:
        count = len(envelope.events)
        if not count:
            return
        wait = self._throttle.wait_seconds(
            source.id, count, source.rate_limit_per_second / self._processes, clock.monotonic()
        )
        if wait > 0:
            seconds = max(1, round(wait + 0.5))
            # posthog-js drops what got any 4xx, so it is told 503; the others honour 429 better.
            status = 503 if route.door == "posthog" else 429
            error = KervanError(
                "collect.rate_limited",
                status=status,
                limit=source.rate_limit_per_second,
                seconds=seconds,
            )
            raise _RefusedError(error, seconds)
        body = decode.enclose(route.door, envelope.body) if route.door else envelope.body
        await self._keep(source, body, count, request.ip)

    async def _keep(self, source: Source, body: bytes, count: int, ip: str) -> None:
        await self._intake.append(
            source.workspace_id,
            source.id,
            body,
            clock.now_ms(),
            ip,
            count,
            bulk=source.kind == "import",
        )


class _RefusedError(Exception):
    """A refusal on its way to the answer; `drain` when the body was not read to its end."""

    def __init__(self, error: KervanError, retry_seconds: int = 0, *, drain: bool = False) -> None:
        super().__init__(error.code)
        self.error = error
        self.retry_seconds = retry_seconds
        self.drain = drain


def _loading() -> _RefusedError:
    error = KervanError("collect.loading", status=503, seconds=_LOADING_SECONDS)
    return _RefusedError(error, _LOADING_SECONDS)


def _wait(error: KervanError) -> int:
    return int(str(error.params.get("seconds", 0)))


def _length(request: Request) -> int:
    text = request.header(b"content-length")
    return int(text) if text.isdecimal() else 0


def _unpacked(raw: bytes, content_encoding: str) -> bytes:
    return decode.unformed(decode.unpack(raw, content_encoding))


async def _read(raw: bytes, content_encoding: str) -> Envelope:
    if len(raw) < _LARGE_BYTES:
        plain = _unpacked(raw, content_encoding)
    else:
        plain = await asyncio.to_thread(_unpacked, raw, content_encoding)
    if len(plain) < _LARGE_BYTES:
        return decode.envelope(plain)
    return await asyncio.to_thread(decode.envelope, plain)


def _uuids(route: Route, envelope: Envelope) -> list[str]:
    if route.dialect != "posthog_v1":
        return []
    events = (event for event in envelope.events if event[:1] == b"{")
    found = (fields.value(bytes(_identity(event).uuid)) for event in events)
    return [uuid for uuid in found if isinstance(uuid, str)]


def _from_query(query: dict[str, str]) -> dict[str, Any]:
    """A pixel's query as an event: `properties.price=1` becomes a nested member."""
    event: dict[str, Any] = {}
    for path, value in query.items():
        head, _, rest = path.partition(".")
        if path == "writeKey":
            continue
        if not rest:
            event.setdefault(head, value)
        elif isinstance(event.setdefault(head, {}), dict):
            event[head][rest] = value
    return event
