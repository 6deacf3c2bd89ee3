"""A crowd on raw sockets: many connections, one small request at a time on each, in one loop."""

import base64
import contextlib
import select
import socket
from dataclasses import dataclass, field

from kervan.bench.load import Body
from kervan.kernel import clock
from kervan.kernel.errors import KervanError

_READ_BYTES = 16_384
_PATIENCE_SECONDS = 30.0


@dataclass(slots=True)
class Answered:
    """What a load did: answers with 200 and each one's seconds, how often told to come back."""

    seconds: float = 0.0
    busy: int = 0
    latencies: list[float] = field(default_factory=list)


@dataclass(slots=True)
class _Line:
    socket: socket.socket
    request: bytes = b""
    since: float = 0.0
    got: bytes = b""


def send(host: str, port: int, key: str, body: Body, requests: int, lines: int) -> Answered:
    """Post `requests` bodies over `lines` connections, each until it is acknowledged.

    One thread and a few dozen microseconds a request: what is measured has the cores to itself
    for the rest. Raises bench.refused for an answer that is neither 200 nor temporary, and
    bench.silent.
    """
    with contextlib.ExitStack() as open_:
        crowd: dict[int, _Line] = {}
        for _ in range(lines):
            one = open_.enter_context(socket.create_connection((host, port)))
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            one.setblocking(False)
            crowd[one.fileno()] = _Line(one)
        return _send(crowd, _head(host, port, key), body, requests)


def _send(crowd: dict[int, _Line], head: bytes, body: Body, requests: int) -> Answered:
    answered = Answered()
    poll = select.poll()
    for number in crowd:
        poll.register(number, select.POLLIN)
    started = clock.monotonic()
    given = 0
    for line in crowd.values():
        if given < requests:
            _ask(line, head, body(given))
            given += 1
    while len(answered.latencies) < requests:
        ready = poll.poll(_PATIENCE_SECONDS * 1000)
        if not ready:
            raise KervanError("bench.silent", 500, seconds=_PATIENCE_SECONDS)
        for number, _ in ready:
            line = crowd[number]
            if not line.request:  # one that has nothing to do any more was hung up on
                poll.unregister(number)
                continue
            if not _hear(line, answered):
                continue
            if line.request:  # told to come back: the same again
                line.socket.sendall(line.request)
            elif given < requests:
                _ask(line, head, body(given))
                given += 1
    answered.seconds = clock.monotonic() - started
    return answered


class Door:
    """One kept connection for whoever sends at times of her own."""

    def __init__(self, host: str, port: int, key: str) -> None:
        self._head = _head(host, port, key)
        self._line = _Line(socket.create_connection((host, port), _PATIENCE_SECONDS))
        self._line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answered = Answered()

    def post(self, body: bytes) -> None:
        """Send one body until it is acknowledged. Raises bench.refused, and OSError."""
        _ask(self._line, self._head, body)
        while True:
            while not _hear(self._line, self._answered):
                pass
            if not self._line.request:
                return
            clock.sleep(0.1)
            self._line.socket.sendall(self._line.request)

    def close(self) -> None:
        """Hang up."""
        self._line.socket.close()


def _head(host: str, port: int, key: str) -> bytes:
    token = base64.b64encode(f"{key}:".encode()).decode()
    return (
        f"POST /v1/batch HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Basic {token}\r\n"
        "Content-Type: application/json\r\nContent-Length: "
    ).encode()


def _ask(line: _Line, head: bytes, body: bytes) -> None:
    line.request = b"%b%d\r\n\r\n%b" % (head, len(body), body)
    line.since = clock.monotonic()
    line.socket.sendall(line.request)


def _hear(line: _Line, answered: Answered) -> bool:
    """Read what has come; true when an answer is whole. Forgets the request it acknowledges."""
    some = line.socket.recv(_READ_BYTES)
    got = line.got + some
    head, found, rest = got.partition(b"\r\n\r\n")
    if not some:
        raise KervanError("bench.refused", 500, answer=0, said=got[:200].decode("latin-1"))
    if not found or len(rest) < _length(head):
        line.got = got
        return False
    line.got = b""
    status = int(head[9:12])
    if status == 200:
        answered.latencies.append(clock.monotonic() - line.since)
        line.request = b""
    elif status in (429, 503):
        answered.busy += 1
    else:
        raise KervanError("bench.refused", 500, answer=status, said=rest[:200].decode("latin-1"))
    return True


def _length(head: bytes) -> int:
    lower = head.lower()
    at = lower.find(b"\r\ncontent-length:")
    return int(lower[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
