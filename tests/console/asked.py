"""Whether the bench of the console asks what a browser asks that opens the same page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request

from kervan.bench.console_calls import PAGES, Call

_OF_THE_TAB = {"GET /v1/me", "GET /v1/stream"}


@contextmanager
def listening(page: Page) -> Iterator[set[str]]:
    """What a page asks of the API meanwhile, as `METHOD /path`."""
    asked: set[str] = set()

    def hear(request: Request) -> None:
        path = urlsplit(request.url).path
        if path.startswith("/v1/"):
            asked.add(f"{request.method} {path}")

    page.on("request", hear)
    try:
        yield asked
    finally:
        page.remove_listener("request", hear)


def differences(path: str, asked: set[str]) -> list[str]:
    """What only the page asks, and what only the bench does; none of a page it does not open."""
    if path not in PAGES:
        return []
    known = PAGES[path]
    more = [one for one in asked - _OF_THE_TAB if not any(_is(call, one) for call in known)]
    less = [_said(call) for call in known if not any(_is(call, one) for one in asked)]
    return [
        *(f"the bench never asks {one}" for one in more),
        *(f"nobody asks {one}" for one in less),
    ]


def _said(one: Call) -> str:
    return f"{one.method} {urlsplit(one.path).path}"


def _is(one: Call, asked: str) -> bool:
    places = [re.escape(part) for part in re.split(r"\{\w+\}", _said(one))]
    return re.fullmatch("[^/]+".join(places), asked) is not None
