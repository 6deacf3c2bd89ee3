"""Links are opened once each, on the open Internet only; a page that is gone is an error."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from kervan.content.brand.definition import Guide
from kervan.content.lint import live
from kervan.kernel.http import Reach
from tests.unit.content.lint.samples import names, subject

asked: list[str] = []


class _Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        asked.append(self.path)
        self.send_response(int(self.path.rpartition("/")[2]))
        self.end_headers()

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing."""


@pytest.fixture
def shop() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Shop)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


def _text(*urls: str) -> dict[str, dict[str, dict[str, str]]]:
    return {"sms": {"tr": {"text": " ".join(urls)}}}


def test_answers(shop: str) -> None:
    asked.clear()
    text = _text(*(f"{shop}/{one}" for one in ("200", "404", "404", "503", "302")))
    found = live.look(subject(text), Reach.ANYWHERE)
    assert [(*names([one]), one.severity, one.params["problem"]) for one in found] == [
        ("link_broken", "error", "HTTP 404"), ("link_unanswered", "warning", "HTTP 503"),
    ]  # fmt: skip
    assert asked == ["/200", "/404", "/503", "/302"]
    quiet = Guide("Çınar", checks={"link_broken": "off"})
    assert names(live.look(subject(text, quiet), Reach.ANYWHERE)) == ["link_unanswered"]


def test_our_own_network_is_not_asked(shop: str) -> None:
    asked.clear()
    (found,) = live.look(subject(_text(f"{shop}/200")))
    assert (names([found]), found.params["problem"]) == (["link_broken"], "not public")
    assert asked == []


def test_a_server_that_is_away(shop: str) -> None:
    nobody = "http://127.0.0.1:1/200"
    assert names(live.look(subject(_text(nobody)), Reach.ANYWHERE)) == ["link_unanswered"]
