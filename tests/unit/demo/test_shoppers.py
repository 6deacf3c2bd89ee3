"""Simulated shoppers do what their role says, over HTTP and by reading their mail."""

import asyncio
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from kervan.demo.mailbox import Mail
from kervan.demo.shoppers import Crowd, Tempo, Truth
from kervan.demo.wire import Door
from kervan.kernel.errors import KervanError

_QUICK = Tempo(
    between_pages=0.002,
    until_opened=0.002,
    until_clicked=0.002,
    until_bought=0.002,
    mail_awaited=0.5,
)


class _Shop:
    """An outside server that takes events and answers a basket with one mail."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.seen: list[tuple[str, str]] = []
        self.status = 200
        self.crowd: Crowd | None = None
        self._written: set[str] = set()
        self._emails: dict[str, str] = {}
        self._agreed: set[str] = set()

    async def batch(self, request: web.Request) -> web.Response:
        if self.status != 200:
            return web.Response(status=self.status, text="no")
        for event in (await request.json())["batch"]:
            self.events.append(event)
            user = event.get("userId", "")
            if event["type"] == "identify":
                self._emails[user] = event["traits"]["email"]
            if event.get("event") == "Consent Changed":
                self._agreed.add(user)
            if event.get("event") == "Checkout Started" and user in self._agreed:
                self._write(user, str(request.url.origin()))
        return web.Response(text="ok")

    def _write(self, user: str, origin: str) -> None:
        if user in self._written:
            return
        self._written.add(user)
        message = EmailMessage()
        message["List-Unsubscribe"] = f"<{origin}/u/{user}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content("x")
        message.add_alternative(
            f'<a href="{origin}/c/{user}">b</a><a href="{origin}/u/{user}">u</a>'
            f'<img src="{origin}/o/{user}"><img src="https://elsewhere.test/x">',
            subtype="html",
        )
        assert self.crowd is not None
        self.crowd.deliver(Mail(1, 0, "s", (self._emails[user],), message.as_bytes()))

    async def other(self, request: web.Request) -> web.Response:
        self.seen.append((request.method, request.path.split("/")[1]))
        return web.Response(text="", status=302 if request.path.startswith("/c") else 200)


def _run(shop: _Shop, story: Callable[[Crowd], Awaitable[None]]) -> Truth:
    async def all_of_it() -> Truth:
        app = web.Application()
        app.router.add_post("/v1/batch", shop.batch)
        app.router.add_route("*", "/{tail:.*}", shop.other)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        address = f"http://127.0.0.1:{port}"
        try:
            async with aiohttp.ClientSession() as http:
                shop.crowd = Crowd(
                    http,
                    address,
                    Door(http, address, "b"),
                    Door(http, address, "s"),
                    "run",
                    seed=3,
                    tempo=_QUICK,
                )
                await story(shop.crowd)
                return shop.crowd.truth
        finally:
            await runner.cleanup()

    return asyncio.run(all_of_it())


def test_a_deck_of_shoppers_does_everything() -> None:
    shop = _Shop()

    async def story(crowd: Crowd) -> None:
        await crowd.visit(26, 0.001)

    truth = _run(shop, story)
    done = truth.done
    assert done["got mail"] == done["left a basket"] - done["role no_consent"] == 17
    assert done["clicked"] == shop.seen.count(("GET", "c")) - done["scanner clicked"]
    assert shop.seen.count(("HEAD", "c")) == done["scanner clicked"] == 2
    assert shop.seen.count(("POST", "u")) == done["unsubscribed"] == done["left alone"] == 1
    assert shop.seen.count(("GET", "o")) == done["opened"] + done["machine opened"]
    orders = [e for e in shop.events if e.get("event") == "Order Completed"]
    numbers = {one["properties"]["order_id"] for one in orders}
    assert len(orders) == 2 * len(numbers) == 2 * done["bought"]
    assert truth.orders_after_click < numbers
    assert len({one["messageId"] for one in shop.events}) == len(shop.events)
    anonymous = [e for e in shop.events if e.get("anonymousId") and not e.get("userId")]
    assert all(e["context"]["simulated"] for e in anonymous)
    assert all(e["traits"]["simulated"] for e in shop.events if e["type"] == "identify")


def test_a_shop_that_refuses_ends_the_demo() -> None:
    shop = _Shop()
    shop.status = 403

    async def story(crowd: Crowd) -> None:
        await crowd.visit(3, 0.001)

    with pytest.raises(ExceptionGroup) as caught:
        _run(shop, story)
    assert caught.group_contains(KervanError, match="403")
