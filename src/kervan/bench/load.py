"""A cheap crowd: ready-made bodies over kept connections, so that the load costs little itself."""

import asyncio
import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kervan.kernel import clock, ids
from kervan.kernel.errors import KervanError

PEOPLE = 200_000
_NAMES = (
    ("Product Viewed", 52),
    ("Page Viewed", 20),
    ("Product List Viewed", 12),
    ("Product Added", 9),
    ("Products Searched", 4),
    ("Order Completed", 3),
)
_VISIT_EVENTS = 10
_PATIENCE_SECONDS = 60
_PICKS = [name for name, weight in _NAMES for _ in range(weight)]
Body = Callable[[int], bytes]
"""Gives the n-th body."""


class Crowd:
    """Makes bodies of `events` events each, about 650 bytes an event, of visitors coming and going.

    At any time a few thousand of the people are about, ten events each before they leave. Only
    ids differ between two uses of one template, so a body costs a few dozen microseconds.
    """

    def __init__(self, events: int, *, people: int = PEOPLE, templates: int = 50) -> None:
        self.events = events
        self._people = people
        self._about = max(1, people // 50)
        self._random = ids.random(7)
        self._run = ids.secret(9)
        self._stamp = clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._templates = [self._template() for _ in range(templates)]

    def _template(self) -> tuple[bytes, list[bool]]:
        picks = [self._random.choice(_PICKS) for _ in range(self.events)]
        text = b'{"batch":[' + b",".join(self._event(pick) for pick in picks) + b"]}"
        return text, [pick == "Order Completed" for pick in picks]

    def _event(self, pick: str) -> bytes:
        item = self._random.randrange(20_000)
        order = f'"order_id":"{self._run}-%012d",' if pick == "Order Completed" else ""
        text = (
            f'{{"type":"track","event":"{pick}","messageId":"{self._run}-%012d","timestamp":'
            f'"{self._stamp}","userId":"customer-%07d","anonymousId":"visitor-%07d",'
            f'"properties":{{{order}"product_id":"p-{item:05d}","category":"Giyim/Ceket",'
            f'"name":"Yün karışımlı ceket {item}","brand":"Örnek","variant":"lacivert",'
            f'"price":{item % 900 + 0.9},"quantity":1,"currency":"TRY","value":{item % 900 + 0.9},'
            f'"position":{item % 40},"url":"https://www.ornek.test/p/{item:05d}-yun-ceket"}},'
            '"context":{"library":{"name":"analytics.js","version":"2.11.1"},"page":{"path":'
            f'"/p/{item:05d}-yun-ceket","referrer":"https://www.ornek.test/c/ceket"}},'
            '"locale":"tr-TR","userAgent":"Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile"}}'
        )
        return text.encode()

    def body(self, number: int) -> bytes:
        """The `number`-th body; its message ids are used by no other number."""
        template, orders = self._templates[number % len(self._templates)]
        first = number * self.events
        arrived = first // _VISIT_EVENTS
        draw, about, people = self._random.random, self._about, self._people
        values: list[int] = []
        for i, is_order in enumerate(orders, first):
            person = (arrived + int(draw() * about)) % people
            values += (i, person, person, i) if is_order else (i, person, person)
        return template % tuple(values)


def introductions(people: int, events: int = 100) -> Body:
    """Bodies that introduce all `people`, `events` in each, as a shop's first synchronisation."""
    run = ids.secret(9)

    def body(number: int) -> bytes:
        first = number * events
        return (
            b'{"batch":['
            + b",".join(
                b'{"type":"identify","messageId":"%b-%d","userId":"customer-%07d","traits":{"email":'
                b'"customer-%07d@ornek.test","firstName":"Irmak","city":"Bursa"}}'
                % (run.encode(), i, i, i)
                for i in range(first, min(first + events, people))
            )
            + b"]}"
        )

    return body


@dataclass(slots=True)
class Sent:
    """What a load did: bodies acknowledged, how often told to come back, each one's seconds."""

    bodies: int = 0
    busy: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)


class _Line(asyncio.Protocol):
    """One kept HTTP/1.1 connection, one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._got = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Collect an answer until it is whole."""
        self._got += data
        head, found, rest = self._got.partition(b"\r\n\r\n")
        if not found or self._answer is None:
            return
        length = 0
        for line in head.lower().split(b"\r\n")[1:]:
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        if len(rest) >= length:
            self._got = b""
            self._answer.set_result((int(head[9:12]), rest))
            self._answer = None

    def connection_lost(self, error: Exception | None) -> None:
        """Fail the request under way."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError("closed"))

    @property
    def is_open(self) -> bool:
        """Whether the other side still listens; it hangs up on a line that is silent for long."""
        return self._transport is not None and not self._transport.is_closing()

    async def post(self, head: bytes, body: bytes) -> tuple[int, bytes]:
        """Send one request; gives status and text. Raises OSError when the line is lost."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(b"%bContent-Length: %d\r\n\r\n%b" % (head, len(body), body))
        return await self._answer

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


class Gate:
    """Lets the load through; who watches the backlog closes it for a while."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()


async def send(
    host: str,
    port: int,
    key: str,
    body: Body,
    numbers: Sequence[int],
    lines: int,
    gate: Gate | None = None,
) -> Sent:
    """Send the bodies of `numbers` over `lines` connections, each until it is acknowledged.

    Raises bench.refused for an answer that is not temporary, or is so for more than a minute.
    """
    token = base64.b64encode(f"{key}:".encode()).decode()
    head = (
        f"POST /v1/batch HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Basic {token}\r\n"
        "Content-Type: application/json\r\n"
    ).encode()
    sent = Sent()
    rest = iter(numbers)
    loop = asyncio.get_running_loop()

    async def work() -> None:
        _, line = await loop.create_connection(_Line, host, port)
        for number in rest:
            if gate is not None:
                await gate.open.wait()
            whole = body(number)
            started = clock.monotonic()
            while True:
                if not line.is_open:
                    _, line = await loop.create_connection(_Line, host, port)
                status, said = await line.post(head, whole)
                if status == 200:
                    break
                waited = clock.monotonic() - started
                if status not in (429, 503) or waited > _PATIENCE_SECONDS:
                    raise KervanError(
                        "bench.refused",
                        500,
                        answer=status,
                        said=said[:200].decode("utf-8", "replace"),
                    )
                sent.busy += 1
                await asyncio.sleep(0.2)
            sent.latencies.append(clock.monotonic() - started)
            sent.bodies += 1
        line.close()

    started = clock.monotonic()
    await asyncio.gather(*(work() for _ in range(lines)))
    sent.seconds = clock.monotonic() - started
    return sent


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of `values` lie; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
