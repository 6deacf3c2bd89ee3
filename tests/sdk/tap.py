"""Stands between the SDKs and Kervan: passes every byte on untouched and notes the requests."""

import asyncio
import contextlib
import threading
from dataclasses import dataclass, field

import httptools


@dataclass
class Seen:
    """One request as it arrived, and the status it got (0 while it has none)."""

    method: str = ""
    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 0

    @property
    def content_type(self) -> str:
        """What the request called its body."""
        return self.headers.get("content-type", "")

    def __str__(self) -> str:
        facts = (self.content_type, self.headers.get("content-encoding", ""))
        return " ".join(filter(None, (self.method, self.path, str(self.status), *facts)))


class _Requests:
    """Notes the requests of one connection, in their order."""

    def __init__(self, seen: list[Seen]) -> None:
        self._seen = seen
        self.open: list[Seen] = []
        self._one = Seen()
        self._url = b""
        self.parser = httptools.HttpRequestParser(self)

    def on_message_begin(self) -> None:
        """A request begins."""
        self._one, self._url = Seen(), b""

    def on_url(self, url: bytes) -> None:
        """A piece of its address."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._one.headers[name.decode().lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Its head is complete."""
        self._one.method = self.parser.get_method().decode()
        self._one.path = httptools.parse_url(self._url).path.decode()
        self.open.append(self._one)
        self._seen.append(self._one)


class _Answers:
    """Notes the statuses of one connection."""

    def __init__(self, requests: _Requests) -> None:
        self._requests = requests
        self.parser = httptools.HttpResponseParser(self)

    def on_headers_complete(self) -> None:
        """An answer's head is complete."""
        if self.parser.get_status_code() >= 200 and self._requests.open:
            self._requests.open.pop(0).status = self.parser.get_status_code()


class Tap:
    """Listens on a free port of loopback and passes on to `port`."""

    def __init__(self, port: int) -> None:
        self.seen: list[Seen] = []
        self.port = 0
        self._to = port
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._run()))

    def __enter__(self) -> "Tap":
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def _run(self) -> None:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        open_ones = asyncio.all_tasks() - {asyncio.current_task()}
        for task in open_ones:
            task.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)

    async def _serve(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        far_in, far_out = await asyncio.open_connection("127.0.0.1", self._to)
        requests = _Requests(self.seen)
        answers = _Answers(requests)
        with contextlib.suppress(asyncio.CancelledError, ConnectionError):
            await asyncio.gather(
                _pass(near_in, far_out, requests.parser), _pass(far_in, near_out, answers.parser)
            )


async def _pass(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    parser: httptools.HttpRequestParser | httptools.HttpResponseParser,
) -> None:
    try:
        while data := await reader.read(65_536):
            parser.feed_data(data)
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()
