"""What the simulated HTTP providers share: a real socket, the calls that came, outages on demand.

A simulator stands for a provider in tests and shares no code with Kervan. A provider's own rules
are in its folder; here is only what any server does on a bad day.
"""

import contextlib
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OUTAGES = {
    "429": (429, {}, b""),
    "429-seconds": (429, {"Retry-After": "7"}, b"slow down"),
    "429-date": (429, {"Retry-After": "Sun, 22 Nov 2026 10:00:30 GMT"}, b""),
    "429-absurd": (429, {"Retry-After": "99999999999999"}, b""),
    "429-nonsense": (429, {"Retry-After": "soon"}, b""),
    "503": (503, {"Retry-After": "5"}, b"<html>busy</html>"),
    "500": (500, {}, b"Internal Server Error"),
    "302": (302, {"Location": "http://127.0.0.1:9/"}, b""),
    "html": (200, {"Content-Type": "text/html"}, b"<html>maintenance</html>"),
    "empty": (200, {}, b""),
    "list": (200, {}, b"[]"),
}
"""Faults that come before the work: nothing was taken."""
AFTER = ("500-after", "html-after", "empty-after", "cut", "half", "hang")
"""Faults that come after it: the work is done and the answer lost."""


@dataclass
class Call:
    """A call as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What a provider answers."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Simulator:
    """A provider behind an address; use as a context manager, and subclass `answer`."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.lock = threading.RLock()
        self._outages: list[tuple[str, str]] = []
        self._hold = threading.Event()
        self._server = _Server(("127.0.0.1", 0), self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    def answer(self, call: Call) -> Reply:
        """The provider's word; under a lock, one call at a time."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        """Where it listens, without a trailing slash."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def fail(self, *kinds: str, method: str = "") -> None:
        """The next calls (of this method, "" for any) fail, one in each way."""
        assert all(kind in OUTAGES or kind in AFTER or kind == "hang-before" for kind in kinds)
        self._outages += [(kind, method) for kind in kinds]

    def outage(self, method: str) -> str:
        """The fault of a call of this method, used up by asking; "" for none."""
        with self.lock:
            if self._outages and self._outages[0][1] in ("", method):
                return self._outages.pop(0)[0]
            return ""

    def wait(self) -> None:
        """Hang until the test is over, at most a minute."""
        self._hold.wait(60)

    def __enter__(self) -> "Simulator":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._hold.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], simulator: Simulator) -> None:
        self.simulator = simulator
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Any call."""
        size = int(self.headers.get("Content-Length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Call(self.command, self.path, headers, self.rfile.read(size))
        simulator = self.server.simulator
        kind = simulator.outage(call.method)
        with simulator.lock:
            simulator.calls.append(call)
            if kind in OUTAGES:
                status, more, body = OUTAGES[kind]
                self._say(Reply(status, body, more))
                return
            reply = Reply(500) if kind == "hang-before" else simulator.answer(call)
        self._end(kind, reply)

    def do_POST(self) -> None:
        """Any call."""
        self.do_GET()

    def do_DELETE(self) -> None:
        """Any call."""
        self.do_GET()

    def _end(self, kind: str, reply: Reply) -> None:
        if kind == "500-after":
            self._say(Reply(500, b"Internal Server Error"))
        elif kind == "html-after":
            self._say(Reply(200, b"<html>maintenance</html>"))
        elif kind == "empty-after":
            self._say(Reply(200))
        elif kind == "cut":
            self._drop()
        elif kind == "half":
            self._head(reply, len(reply.body) + 1)
            self.wfile.write(reply.body[: len(reply.body) // 2])
            self._drop()
        elif kind in ("hang", "hang-before"):
            self.server.simulator.wait()
            self._drop()
        else:
            self._say(reply)

    def _drop(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)

    def _say(self, reply: Reply) -> None:
        self._head(reply, len(reply.body))
        with contextlib.suppress(OSError):
            self.wfile.write(reply.body)

    def _head(self, reply: Reply, size: int) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(size))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Tests need no access log."""
