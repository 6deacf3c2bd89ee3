"""The crowd on raw sockets: every body acknowledged once, refusals and silence told apart."""

import base64
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from kervan.bench import lines
from kervan.kernel.errors import KervanError


class Web:
    """Reads requests and gives `answers` in turn, then 200; hangs up where an answer is empty."""

    def __init__(self, answers: list[bytes]) -> None:
        self.answers = answers
        self.bodies: list[bytes] = []
        self.heads: list[bytes] = []
        self._lock = threading.Lock()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.door.getsockname()[1])

    def listen(self) -> None:
        """Take callers until the door closes."""
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self.door.accept()
                threading.Thread(target=self._talk, args=(caller,), daemon=True).start()

    def _talk(self, caller: socket.socket) -> None:
        with caller, caller.makefile("rb") as text, contextlib.suppress(OSError):
            while head := _head(text.readline):
                length = int(head.rpartition(b"Content-Length: ")[2].split(b"\r\n")[0])
                body = text.read(length)
                with self._lock:
                    answer = self.answers.pop(0) if self.answers else _answer(200)
                    self.heads.append(head)
                    self.bodies.append(body)
                if not answer:
                    return
                for byte in (answer[:5], answer[5:30], answer[30:]):  # answers come in pieces
                    caller.sendall(byte)


def _head(readline: Callable[[], bytes]) -> bytes:
    lines_ = b""
    while line := readline():
        if line == b"\r\n":
            return lines_
        lines_ += line
    return b""


def _answer(status: int) -> bytes:
    return b"HTTP/1.1 %d Said\r\nContent-Length: 5\r\nX-Other: 1\r\n\r\nhello" % status


@contextlib.contextmanager
def web(*answers: bytes) -> Iterator[Web]:
    """A web server with these answers first."""
    here = Web(list(answers))
    thread = threading.Thread(target=here.listen, daemon=True)
    thread.start()
    try:
        yield here
    finally:
        here.door.shutdown(socket.SHUT_RDWR)
        here.door.close()
        thread.join(10)


def _body(number: int) -> bytes:
    return b'{"batch":[%d]}' % number


@pytest.mark.parametrize(("requests", "connections"), [(50, 8), (1, 8), (3, 1), (0, 2)])
def test_every_body_is_acknowledged_once(requests: int, connections: int) -> None:
    with web() as here:
        answered = lines.send("127.0.0.1", here.port, "key", _body, requests, connections)
        assert sorted(here.bodies) == sorted(_body(i) for i in range(requests))
        assert len(answered.latencies) == requests
        assert answered.busy == 0
        token = base64.b64encode(b"key:")
        assert all(b"POST /v1/batch" in head and token in head for head in here.heads)


def test_who_is_told_to_come_back_sends_the_same_again() -> None:
    with web(_answer(503), _answer(429)) as here:
        answered = lines.send("127.0.0.1", here.port, "key", _body, 4, 2)
        assert set(here.bodies) == {_body(i) for i in range(4)}
        assert len(here.bodies) == 6
        assert (len(answered.latencies), answered.busy) == (4, 2)


@pytest.mark.parametrize("answer", [_answer(401), _answer(500), b""])
def test_a_refusal_or_a_lost_line_is_no_answer(answer: bytes) -> None:
    with web(answer) as here, pytest.raises(KervanError) as caught:
        lines.send("127.0.0.1", here.port, "key", _body, 3, 1)
    assert caught.value.code == "bench.refused"


def test_a_door_posts_until_it_is_acknowledged() -> None:
    with (
        web(_answer(200), _answer(503)) as here,
        contextlib.closing(lines.Door("127.0.0.1", here.port, "key")) as door,
    ):
        door.post(_body(1))
        door.post(_body(2))
        assert here.bodies == [_body(1), _body(2), _body(2)]


def test_a_door_says_who_refused() -> None:
    with (
        web(_answer(400)) as here,
        contextlib.closing(lines.Door("127.0.0.1", here.port, "key")) as door,
        pytest.raises(KervanError, match="400"),
    ):
        door.post(_body(1))
