"""A headless Chromium, and pages that load the browser SDKs from an origin of their own."""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

from tests import peers
from tests.sdk.door import Sender, until

PAGES = Path(__file__).parent / "pages"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class _Files(SimpleHTTPRequestHandler):
    """Serves our pages, and the npm packages under /node_modules/."""

    def __init__(self, *args: Any, node_modules: Path, **options: Any) -> None:
        self._node_modules = node_modules
        super().__init__(*args, directory=str(PAGES), **options)

    def translate_path(self, path: str) -> str:
        """Where a path's file lies."""
        plain = path.partition("?")[0]
        if plain.startswith("/node_modules/"):
            return str(self._node_modules / plain.removeprefix("/node_modules/"))
        return super().translate_path(path)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def page_server(node_modules: Path) -> Iterator[str]:
    """The address of the shop's pages: another host name and another port than the collector's."""
    handler = functools.partial(_Files, node_modules=node_modules)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; Debian's, since the tests download none."""
    program = peers.find("chromium")
    assert program is not None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(program), args=FLAGS, headless=True
        )
        yield browser
        browser.close()


class Shop:
    """One visit to a shop's page that uses an SDK."""

    def __init__(self, page: Page, address: str, sender: Sender, said: list[str]) -> None:
        self.page = page
        self._address = address
        self._sender = sender
        self._said = said

    def open(self, name: str, **query: str) -> None:
        """Load a page and wait until its script has done all it wants to."""
        facts = {"collector": self._sender.door.url, "key": self._sender.key, **query}
        self.page.goto(f"{self._address}/{name}.html?{urlencode(facts)}")
        self.page.wait_for_function("window.done === true", timeout=20_000)

    def said(self) -> str:
        """What the browser wrote to its console."""
        return "; ".join(self._said)

    def wait_for_status(self, status: int) -> None:
        """Wait until the collector has answered something with `status`."""
        seen = self._sender.door.seen
        until(lambda: any(one.status == status for one in seen), self.said)
