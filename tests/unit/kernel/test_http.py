"""Calls go out whole or say how they failed, and none reaches a private address unasked."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kervan.kernel import http
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Caller, Reach


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    reached: list[str]

    def do_GET(self) -> None:
        """Answer by the path."""
        self.reached.append(self.path)
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "/there")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = b'{"ok": true}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) + (self.path == "/half")))
        self.end_headers()
        self.wfile.write(body)
        if self.path == "/half":
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Tests need no access log."""


@pytest.fixture
def door() -> Iterator[tuple[int, list[str]]]:
    """A server on loopback and the paths that reached it."""
    reached: list[str] = []
    handler = type("Door", (_Door,), {"reached": reached})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1], reached
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_call_where_the_operator_allows_it(door: tuple[int, list[str]]) -> None:
    with Caller(Reach.ANYWHERE) as caller:
        answer = caller.call("GET", f"http://127.0.0.1:{door[0]}/")
        assert (answer.status, answer.json()) == (200, {"ok": True})
        assert caller.call("GET", f"http://localhost:{door[0]}/away").status == 302
    assert door[1] == ["/", "/away"]


def test_an_answer_in_half_is_no_answer(door: tuple[int, list[str]]) -> None:
    with Caller(Reach.ANYWHERE) as caller, pytest.raises(http.Unanswered):
        caller.call("GET", f"http://127.0.0.1:{door[0]}/half")


def test_nobody_there_is_certain() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Caller(Reach.ANYWHERE) as caller, pytest.raises(http.Unreachable):
        caller.call("GET", f"http://127.0.0.1:{port}/")


def test_silence_is_uncertain() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        with Caller(Reach.ANYWHERE, timeout_seconds=0.2) as caller, pytest.raises(http.Unanswered):
            caller.call("POST", url, body=b"{}")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "127。0。0。1",
        "2130706433",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "127.1",
        "0.0.0.0",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "10.0.0.1",
        "[fe80::1]",
    ],
)
def test_no_spelling_of_a_private_address_passes(host: str) -> None:
    with Caller() as caller:
        # A spelling the system does not know as an address is a name that leads nowhere.
        with pytest.raises((KervanError, http.Unreachable)) as caught:
            caller.call("GET", f"http://{host}/")
        if isinstance(caught.value, KervanError):
            assert caught.value.code == "kernel.url_not_allowed"


@pytest.mark.parametrize(
    "spelling", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "127。0。0。1"]
)
def test_the_guard_itself_stops_what_would_reach_us(
    door: tuple[int, list[str]], spelling: str
) -> None:
    """The port is ours, so the port rule is set aside: the address alone must stop it."""
    with Caller(Reach.ANYWHERE) as caller:
        assert caller.call("GET", f"http://{spelling}:{door[0]}/").status == 200
    door[1].clear()
    infos = socket.getaddrinfo(_ascii(spelling), door[0], type=socket.SOCK_STREAM)
    make = http._socket_for(Reach.PUBLIC)
    for info in infos:
        with pytest.raises(OSError, match="not allowed"):
            make(info)
        http._socket_for(Reach.ANYWHERE)(info).close()
    assert door[1] == []


def _ascii(host: str) -> str:
    return host.replace("。", ".").strip("[]")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2a00:1450:4001::1", True),
        ("::ffff:8.8.8.8", True),
        ("::ffff:10.0.0.1", False),
        ("224.0.0.1", False),
        ("ff02::1", False),
        ("64:ff9b::808:808", False),
        ("2002:808:808::1", False),
        ("100.64.0.1", False),
        ("192.168.1.1", False),
        ("::127.0.0.1", False),
        ("fc00::1", False),
        ("fe80::1%eth0", False),
        ("example.com", False),
    ],
)
def test_what_is_public(address: str, public: bool) -> None:
    assert http.is_public(address) == public


@pytest.mark.parametrize(
    "url",
    ["ftp://shop.example/", "file:///etc/passwd", "http://", "https://a:b@shop.example/", "x",
     "https://shop.example:8443/", "http://[::1", "https://shop.example:99999/"],
)  # fmt: skip
def test_what_is_no_address_to_call(url: str) -> None:
    with pytest.raises(KervanError):
        http.check_url(url)


def test_a_page_instead_of_json_is_no_answer() -> None:
    with pytest.raises(http.Unanswered):
        http.Answer(200, {}, b"<html>").json()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.7"])
def test_a_private_address_is_told_from_a_line_that_is_down(host: str) -> None:
    with Caller() as caller, pytest.raises(KervanError) as caught:
        caller.call("GET", f"http://{host}/")
    assert caught.value.code == "kernel.url_not_allowed"
