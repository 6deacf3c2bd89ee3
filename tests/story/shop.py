"""A small shop whose pages load the snippet under the strictest policy there is, and a browser."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

# What the shop's own script does: calls for the snippet are written into pages as data.
_SCRIPT = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(event.violatedDirective + " " + event.blockedURI);
});
window.kervan = JSON.parse(document.documentElement.dataset.calls || "[]");
for (const name of ["ready", "decided"]) {
  window.kervan.push(["on", name, () => { document.documentElement.dataset[name] = ""; }]);
}
"""
_PAGE = """<!doctype html><html lang="{lang}" data-calls='{calls}'><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Çınar</title><link rel="icon" href="/dot.svg"><script src="/shop.js"></script>
{snippet}</head>
<body><h1>Çınar</h1><p><a href="/sale" id="first">İndirim</a></p>
<div data-kervan-slot="home"></div><div data-kervan-inbox></div>
{filler}</body></html>"""
_FILLER = "<p>Palto, ayakkabı, çanta. Yün, keten, pamuk: her mevsim için.</p>" * 120
_DOT = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="60">'
    '<rect width="160" height="60" fill="#b5651d"/></svg>'
)
VISITOR = ("consent", {"analytics": True, "marketing": True})
"""A call that says yes to both."""


class Shop:
    """The shop's pages: `calls` are what its script asks of the snippet on every page."""

    def __init__(self, kervan: str, tag: str) -> None:
        self._kervan = kervan
        self.tag = tag
        self.lang = "tr"
        self.calls: list[Any] = []
        self.address = ""

    @property
    def policy(self) -> str:
        """Scripts from the shop and Kervan, no style at all, no markup from texts."""
        return (
            f"default-src 'none'; script-src 'self' {self._kervan}; connect-src {self._kervan};"
            " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            " require-trusted-types-for 'script'; trusted-types 'none'"
        )

    def answer(self, path: str) -> tuple[str, str]:
        """(content type, body) of a path."""
        if path == "/shop.js":
            return "text/javascript", _SCRIPT
        if path.endswith(".svg"):
            return "image/svg+xml", _DOT
        facts = {
            "lang": self.lang,
            "calls": json.dumps(self.calls).replace("'", "&#39;"),
            "snippet": self.tag,
            "filler": _FILLER if path != "/short" else "",
        }
        return "text/html; charset=utf-8", _PAGE.format(**facts)


@contextmanager
def shop_at(kervan: str, tag: str) -> Iterator[Shop]:
    """A shop on a host and port of its own."""
    shop = Shop(kervan, tag)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = shop.answer(urlsplit(self.path).path)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", shop.policy)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    shop.address = f"http://localhost:{server.server_port}"
    try:
        yield shop
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Visit:
    """One visitor at her browser."""

    def __init__(self, browser: Browser, shop: Shop, **device: Any) -> None:
        self.context: BrowserContext = browser.new_context(**{"locale": "tr-TR", **device})
        self.page: Page = self.context.new_page()
        self.said: list[str] = []
        self._shop = shop
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def open(self, path: str = "/", *calls: Any) -> Page:
        """Load a page of the shop and wait until the snippet has its rules."""
        self._shop.calls = [list(one) for one in calls]
        self.page.goto(self._shop.address + path)
        self.wait_for("ready")
        return self.page

    def wait_for(self, word: str) -> None:
        """Wait until the snippet has said so (a policy without eval allows no other question)."""
        self.page.wait_for_selector(f"html[data-{word}]", state="attached", timeout=20_000)

    def stored(self) -> dict[str, Any]:
        """All that the browser keeps of the shop and of Kervan."""
        kept = self.page.evaluate(
            "async () => ({local: {...localStorage}, session: {...sessionStorage},"
            " bases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,"
            " cookie: document.cookie})"
        )
        return {**kept, "cookies": self.context.cookies()}

    def violations(self) -> list[str]:
        """What the page's policy refused."""
        found: list[str] = self.page.evaluate("window.violations")
        return found

    def call(self, name: str, *facts: Any) -> None:
        """Call the snippet as the shop's script would."""
        self.page.evaluate("([name, facts]) => { window.kervan[name](...facts); }", [name, facts])

    def close(self) -> None:
        """Leave."""
        self.context.close()
