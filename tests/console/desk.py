"""A browser at the console: signs in, watches what goes wrong, and asks axe about each page."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, CDPSession, ConsoleMessage, Page, expect
from tools import console

from tests.story.running import Kervan

WIDTHS = (360, 1280, 2560)
_AXE = console.HERE / "node_modules" / "axe-core" / "axe.min.js"
_OF_COLOURS = ["color-contrast", "link-in-text-block"]
_HEIGHT = 900
_PATIENCE_MS = 30_000  # a busy machine is no fault of a page
# The last is told of an answer that the server had begun when it fell.
_AWAY = (
    "ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET",
    "ERR_EMPTY_RESPONSE", "ERR_CONTENT_LENGTH_MISMATCH",
)  # fmt: skip
_LOOKS, _LOOK_MS = 30, 100
expect.set_options(timeout=_PATIENCE_MS)


class Desk:
    """One tab of somebody who has signed in; `wrong` is what no page may say."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.context = context
        self.page: Page = context.new_page()
        self.page.set_default_timeout(_PATIENCE_MS)
        self.wrong: list[str] = []
        self._axe: CDPSession = context.new_cdp_session(self.page)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("console", self._hear)

    def _hear(self, said: ConsoleMessage) -> None:
        # A policy's violation is told here too, as an error; of an answer, what was asked.
        if said.type in ("error", "warning"):
            self.wrong.append(
                f"{said.type}: {said.text} {urlsplit(said.location.get('url', '')).path}"
            )

    def complaints(self) -> list[str]:
        """What went wrong, but for answers that say no and for a server that is away."""
        usual = [f"status of {code}" for code in (401, 404, 409, 422)] + list(_AWAY)
        return [one for one in self.wrong if not any(word in one for word in usual)]

    def speak(self, language: str) -> None:
        """Read in this language from the next page on."""
        self.context.add_cookies([{"name": "kervan_lang", "value": language, "url": self.address}])

    def open(self, path: str) -> None:
        """Go to a page below /console and wait until nothing on it is awaited any more."""
        self.page.goto(f"{self.address}/console{path}")
        self.settle()

    def settle(self) -> None:
        """Wait for the title and for everything that says it is busy."""
        expect(self.page.locator("h1").first).to_be_visible(timeout=_PATIENCE_MS)
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0, timeout=_PATIENCE_MS)

    def resize(self, width: int) -> None:
        """Another window."""
        self.page.set_viewport_size({"width": width, "height": _HEIGHT})

    def turn_to(self, language: str) -> None:
        """Change the language of the page that is open, by its own buttons."""
        self.page.locator(f"header button[lang={language}]").click()
        expect(self.page.locator(f"html[lang={language}]")).to_be_attached()
        self.settle()

    def darken(self) -> None:
        """Night falls: the system says that it is dark now."""
        self._light("dark")

    def lighten(self) -> None:
        """And day comes."""
        self._light("light")

    def _light(self, scheme: Literal["dark", "light"]) -> None:
        self.page.emulate_media(color_scheme=scheme)
        shown = f"html[data-mantine-color-scheme={scheme}]"
        expect(self.page.locator(shown)).to_be_attached()

    def stays_too_wide(self) -> bool:
        """Whether the page is wider than its window, also when what moves has come to rest."""
        # Asked from outside: what waits within the page would need its policy to allow `eval`.
        for _ in range(_LOOKS):
            if self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"):
                return False
            self.page.wait_for_timeout(_LOOK_MS)
        return True

    def picture(self, name: str) -> None:
        """Save what is seen, where `make pictures` wants it."""
        folder = os.environ.get("KERVAN_PICTURES")
        if folder:
            plain = name.strip("/").replace("/", "_").replace("$", "")
            self.page.screenshot(path=Path(folder) / f"{plain}.png")

    def violations(self, *, colours_only: bool = False) -> list[str]:
        """What axe finds, with every rule on: `rule: help (where)`.

        With `colours_only` only by the rules that another light may break. It runs in a world of
        its own: the page's policy stays as it is, and axe needs none of it.
        """
        frame = self._axe.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        world = self._axe.send(
            "Page.createIsolatedWorld", {"frameId": frame, "worldName": f"axe{id(self)}"}
        )["executionContextId"]
        self._run(_AXE.read_text("utf-8") + ";typeof axe", world)
        wanted = {"resultTypes": ["violations"]}
        if colours_only:
            wanted["runOnly"] = _OF_COLOURS
        found = self._run(
            f"axe.run(document, {json.dumps(wanted)})"
            ".then((all) => JSON.stringify(all.violations))",
            world,
        )
        return [
            f"{one['id']}: {one['help']} ({'; '.join(_places(one))})" for one in json.loads(found)
        ]

    def _run(self, script: str, world: int) -> str:
        done = self._axe.send(
            "Runtime.evaluate",
            {"expression": script, "contextId": world, "awaitPromise": True, "returnByValue": True},
        )
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return str(done["result"].get("value", ""))


def _places(violation: dict[str, Any]) -> list[str]:
    return [f"{one['html'][:160]} {_why(one)}" for one in violation["nodes"][:4]]


def _why(node: dict[str, Any]) -> str:
    return " ".join(str(one["message"]) for one in (node["any"] + node["all"])[:1])


@contextmanager
def desk_of(browser: Browser, address: str) -> Iterator[Desk]:
    """A desk of somebody who has not signed in, in a browser of her own."""
    context = browser.new_context(
        viewport={"width": 1280, "height": _HEIGHT}, color_scheme="light", reduced_motion="reduce"
    )
    try:
        yield Desk(context, address)
    finally:
        context.close()


@contextmanager
def desk(browser: Browser, kervan: Kervan) -> Iterator[Desk]:
    """A desk signed in by a link of the command line."""
    with desk_of(browser, kervan.address) as mine:
        link = next(word for word in kervan.cli("link").stdout.split() if "token=" in word)
        mine.page.goto(link)
        yield mine
