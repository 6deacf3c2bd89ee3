"""HTTP/1.1 as the ClickHouse interface needs it: read a request, stream an answer."""

import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

_MAX_HEAD_BYTES = 1 << 20
_READ_BYTES = 1 << 20


class Disconnected(Exception):
    """The peer went away, in the middle of a request or between two."""


class BadRequest(Exception):
    """The bytes are no HTTP request we can serve."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request's head; header names in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]

    @property
    def keeps_alive(self) -> bool:
        """Whether the connection serves another request after this one."""
        return self.headers.get("connection", "").lower() != "close"


class Peer:
    """One client connection, buffered."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self._buffer = b""
        self.body_is_read = True

    def read_request(self) -> Request:
        """Wait for the next head; raises `Disconnected` or `BadRequest`."""
        while b"\r\n\r\n" not in self._buffer:
            if len(self._buffer) > _MAX_HEAD_BYTES:
                raise BadRequest("the head is too long")
            self._fill()
        head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        first, *lines = head.decode("latin-1").split("\r\n")
        try:
            method, target, _ = first.split(" ")
        except ValueError as error:
            raise BadRequest("the first line is not HTTP") from error
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        url = urlsplit(target)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        self.body_is_read = False
        return Request(method, url.path, query, headers)

    def body(self, request: Request) -> Iterator[bytes]:
        """The body as sent (still encoded); raises `Disconnected` when it is cut off."""
        if request.headers.get("expect", "").lower() == "100-continue":
            self.socket.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if request.headers.get("transfer-encoding", "").lower() == "chunked":
            while size := int(self._line().split(b";")[0], 16):
                yield from self._take(size)
                self._line()
            while self._line():
                pass
        else:
            yield from self._take(int(request.headers.get("content-length") or 0))
        self.body_is_read = True

    def is_gone(self) -> bool:
        """Whether the peer has closed, asked without waiting and without taking bytes."""
        try:
            return not self.socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Send a whole answer."""
        self._send_head(status, {**headers, "Content-Length": str(len(body))}, body)

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Start an answer whose length is not known yet."""
        self._send_head(status, {**headers, "Transfer-Encoding": "chunked"}, b"")

    def send(self, chunk: bytes) -> None:
        """Send one piece of a begun answer."""
        if chunk:
            self._send(b"%x\r\n%b\r\n" % (len(chunk), chunk))

    def end(self) -> None:
        """Finish a begun answer."""
        self._send(b"0\r\n\r\n")

    def _send_head(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._send("\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + body)

    def _send(self, data: bytes) -> None:
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise Disconnected from error

    def _fill(self) -> None:
        try:
            data = self.socket.recv(_READ_BYTES)
        except OSError as error:
            raise Disconnected from error
        if not data:
            raise Disconnected
        self._buffer += data

    def _take(self, size: int) -> Iterator[bytes]:
        while size > 0:
            if not self._buffer:
                self._fill()
            piece, self._buffer = self._buffer[:size], self._buffer[size:]
            size -= len(piece)
            yield piece

    def _line(self) -> bytes:
        while b"\r\n" not in self._buffer:
            if len(self._buffer) > _MAX_HEAD_BYTES:
                raise BadRequest("a chunk's size line is too long")
            self._fill()
        line, self._buffer = self._buffer.split(b"\r\n", 1)
        return line
