"""Simulated shoppers: they browse, leave, read their mail, click and buy over the public wire."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from kervan.demo import people
from kervan.demo.mailbox import Mail
from kervan.demo.people import Line, Role, Shopper
from kervan.demo.read_mail import Read, read
from kervan.demo.wire import Door, event
from kervan.kernel import ids

SHOP = "https://shop.example"
_BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/143.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) Version/19.1 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0",
)
# What fetches pictures and links before any human does.
_PICTURE_PROXY = "Mozilla/5.0"
# It calls itself a browser, as scanners do: what it does must give it away.
_LINK_SCANNER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0.0.0 Safari/537.36"
_TIMEOUT = aiohttp.ClientTimeout(total=20)


@dataclass(frozen=True)
class Tempo:
    """How fast the simulated people are, in seconds at pace 1."""

    between_pages: float = 1.0
    until_opened: float = 5.5
    until_clicked: float = 1.5
    until_bought: float = 2.5
    mail_awaited: float = 40.0


@dataclass
class Truth:
    """What the simulated people really did, to hold Kervan's measurements against."""

    done: Counter[str] = field(default_factory=Counter)
    orders_after_click: set[str] = field(default_factory=set)
    latest_shopper: str = ""


class Crowd:
    """All simulated shoppers of one run; one task each, at most `at_once` of them."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        address: str,
        browser: Door,
        server: Door,
        run: str,
        *,
        seed: int,
        tempo: Tempo,
        at_once: int = 60,
        on_done: Callable[[Shopper], None] = lambda shopper: None,
    ) -> None:
        self._http = http
        self._address = address
        self._browser = browser
        self._server = server
        self._run = run
        self._random = ids.random(seed)
        self._tempo = tempo
        self._room = asyncio.Semaphore(at_once)
        self._post: dict[str, asyncio.Queue[Mail]] = {}
        self._on_done = on_done
        self.truth = Truth()

    def deliver(self, mail: Mail) -> None:
        """Put a received mail into the post of the shopper it is addressed to."""
        for address in mail.recipients:
            if (queue := self._post.get(address)) is not None:
                queue.put_nowait(mail)

    async def visit(self, count: int | None, seconds_between: float) -> None:
        """Let `count` shoppers in, one after the other (None: until cancelled), and wait for all.

        A shopper who fails takes the crowd down with her: the demo must not look well when the
        wire is broken.
        """
        number = 0
        deck: list[Role] = []
        async with asyncio.TaskGroup() as group:
            while count is None or number < count:
                deck = deck or people.roles(self._random, len(people.DECK))
                number += 1
                shopper = people.draw(self._random, self._run, number, deck.pop())
                await self._room.acquire()
                group.create_task(self._shop(shopper))
                await asyncio.sleep(seconds_between * self._random.uniform(0.4, 1.6))

    async def _shop(self, shopper: Shopper) -> None:
        try:
            self._post[shopper.email] = asyncio.Queue(maxsize=100)
            await _Visit(self, shopper).run()
            self.truth.done[f"role {shopper.role}"] += 1
            self._on_done(shopper)
        finally:
            del self._post[shopper.email]
            self._room.release()

    async def next_mail(self, shopper: Shopper, seconds: float) -> Mail | None:
        """The next mail of this shopper, None when none came in time."""
        try:
            async with asyncio.timeout(seconds):
                return await self._post[shopper.email].get()
        except TimeoutError:
            return None

    def ours(self, urls: tuple[str, ...]) -> list[str]:
        """Those of `urls` that lead to this Kervan: nothing else is fetched in a demo."""
        return [url for url in urls if url.startswith(self._address + "/")]

    async def fetch(self, method: str, url: str, agent: str, body: str | None = None) -> int:
        """One request of a mail program, a scanner or a browser; redirects are not followed."""
        headers = {"User-Agent": agent}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        async with self._http.request(
            method, url, headers=headers, data=body, allow_redirects=False, timeout=_TIMEOUT
        ) as answer:
            await answer.read()
            return answer.status

    @property
    def browser(self) -> Door:
        """The door of what happens in browsers."""
        return self._browser

    @property
    def server(self) -> Door:
        """The door of what the shop's own server says."""
        return self._server

    @property
    def tempo(self) -> Tempo:
        """How fast everybody is."""
        return self._tempo

    @property
    def run(self) -> str:
        """What keeps the ids of this run apart from another run's."""
        return self._run


class _Visit:
    """One shopper from the first page to the end of her story."""

    def __init__(self, crowd: Crowd, shopper: Shopper) -> None:
        self._crowd = crowd
        self._me = shopper
        self._random = ids.random(shopper.seed)
        self._agent = self._random.choice(_BROWSERS)
        self._orders = 0

    async def run(self) -> None:
        me, truth = self._me, self._crowd.truth
        await self._browse()
        if me.role is Role.LOOKS:
            return
        await self._sign_in()
        await self._fill_basket()
        if me.role is Role.BUYS:
            await self._pause(self._crowd.tempo.until_bought / 2)
            await self._buy()
            return
        truth.done["left a basket"] += 1
        mail = await self._crowd.next_mail(me, self._awaited())
        if mail is None:
            truth.done["got no mail"] += 1
            return
        truth.done["got mail"] += 1
        truth.latest_shopper = me.user_id
        await self._handle(read(mail.raw))

    def _awaited(self) -> float:
        # Who never agreed is not written to; she only leaves time enough to see that.
        share = 0.4 if self._me.role is Role.NO_CONSENT else 1.0
        return self._crowd.tempo.mail_awaited * share

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self._me.pace * self._random.uniform(0.7, 1.3))

    def _anonymous(self, signed_in: bool = False) -> dict[str, str]:
        who = {"anonymousId": self._me.anonymous_id}
        return who | {"userId": self._me.user_id} if signed_in else who

    def _context(self, page: str) -> dict[str, Any]:
        return {
            "userAgent": self._agent,
            "locale": self._me.locale,
            "simulated": True,
            "page": {"url": SHOP + page, "path": page},
        }

    async def _browse(self) -> None:
        me, tempo = self._me, self._crowd.tempo
        who = self._anonymous()
        await self._crowd.browser.send(
            [
                event("page", who, name="Home", context=self._context("/")),
                event(
                    "track",
                    who,
                    event="Product List Viewed",
                    context=self._context("/all"),
                    properties={"list_id": "all", "category": me.viewed[0].category},
                ),
            ]
        )
        for line in me.viewed:
            await self._pause(tempo.between_pages)
            context = self._context(f"/p/{line.product_id}")
            await self._crowd.browser.send(
                [
                    event(
                        "track",
                        who,
                        event="Product Viewed",
                        context=context,
                        properties=_product(line) | {"currency": me.currency},
                    )
                ]
            )

    async def _sign_in(self) -> None:
        me = self._me
        traits = {
            "email": me.email,
            "firstName": me.first_name,
            "lastName": me.last_name,
            "city": me.city,
            "language": me.locale,
            "simulated": True,
        }
        events = [event("identify", self._anonymous(signed_in=True), traits=traits)]
        if me.role is not Role.NO_CONSENT:
            events.append(
                event(
                    "track",
                    {"userId": me.user_id},
                    event="Consent Changed",
                    properties={
                        "channel": "email",
                        "purpose": "marketing",
                        "status": "granted",
                        "notice": "simulated-sign-up",
                        "simulated": True,
                    },
                )
            )
        await self._crowd.server.send(events)

    async def _fill_basket(self) -> None:
        me, tempo = self._me, self._crowd.tempo
        url = f"{SHOP}/basket/{me.user_id}"
        for line in me.basket:
            await self._pause(tempo.between_pages / 2)
            await self._crowd.browser.send(
                [
                    event(
                        "track",
                        self._anonymous(signed_in=True),
                        event="Product Added",
                        context=self._context(f"/p/{line.product_id}"),
                        properties=_product(line)
                        | {
                            "currency": me.currency,
                            "cart_id": f"cart-{me.user_id}",
                            "cart_url": url,
                        },
                    )
                ]
            )
        await self._pause(tempo.between_pages)
        await self._crowd.server.send(
            [
                event(
                    "track",
                    {"userId": me.user_id},
                    event="Checkout Started",
                    properties=self._basket() | {"checkout_url": url},
                )
            ]
        )

    def _basket(self) -> dict[str, Any]:
        me = self._me
        return {
            "currency": me.currency,
            "value": me.total,
            "simulated": True,
            "products": [_product(line) for line in me.basket],
        }

    async def _buy(self) -> str:
        me = self._me
        self._orders += 1
        order = f"sim-{self._crowd.run}-{me.user_id.rpartition('-')[2]}-{self._orders}"
        properties = self._basket() | {"order_id": order, "revenue": me.total}
        await self._crowd.server.send(
            [event("track", {"userId": me.user_id}, event="Order Completed", properties=properties)]
        )
        # Many shops report an order twice, by server and by browser: it must count once.
        await self._crowd.browser.send(
            [
                event(
                    "track",
                    self._anonymous(signed_in=True),
                    event="Order Completed",
                    context=self._context("/thanks"),
                    properties=properties,
                )
            ]
        )
        self._crowd.truth.done["bought"] += 1
        return order

    async def _handle(self, mail: Read) -> None:
        me, crowd, truth = self._me, self._crowd, self._crowd.truth
        if me.role is Role.PRIVACY_PROXY:
            await self._load_pictures(mail, _PICTURE_PROXY)
            truth.done["machine opened"] += 1
        if me.role in people.SCANNED:
            await self._scan(mail)
            truth.done["scanner clicked"] += 1
        if me.role in people.OPENERS:
            await self._pause(crowd.tempo.until_opened)
            await self._load_pictures(mail, self._agent)
            truth.done["opened"] += 1
        if me.role in people.CLICKERS:
            await self._pause(crowd.tempo.until_clicked)
            # the first link of the body is the button back to the basket
            await crowd.fetch("GET", crowd.ours(mail.links)[0], self._agent)
            truth.done["clicked"] += 1
        if me.role in people.CONVERTERS:
            await self._pause(crowd.tempo.until_bought)
            truth.orders_after_click.add(await self._buy())
        if me.role is Role.UNSUBSCRIBES:
            await self._unsubscribe(mail)

    async def _load_pictures(self, mail: Read, agent: str) -> None:
        for picture in self._crowd.ours(mail.pictures):
            await self._crowd.fetch("GET", picture, agent)

    async def _scan(self, mail: Read) -> None:
        """A mail gateway looks at every link within moments of delivery."""
        for link in self._crowd.ours(mail.links):
            await self._crowd.fetch("HEAD", link, _LINK_SCANNER)
            await self._crowd.fetch("GET", link, _LINK_SCANNER)

    async def _unsubscribe(self, mail: Read) -> None:
        """One click as mail programs send it; then another basket, to see it honoured."""
        crowd, truth = self._crowd, self._crowd.truth
        if mail.unsubscribe_url is None:
            truth.done["no way to unsubscribe"] += 1
            return
        await self._pause(crowd.tempo.until_clicked)
        await crowd.fetch("POST", mail.unsubscribe_url, self._agent, "List-Unsubscribe=One-Click")
        truth.done["unsubscribed"] += 1
        await self._pause(crowd.tempo.until_bought)
        await self._fill_basket()
        again = await crowd.next_mail(self._me, crowd.tempo.mail_awaited * 0.5)
        truth.done["left alone" if again is None else "written to after unsubscribing"] += 1


def _product(line: Line) -> dict[str, Any]:
    return {
        "product_id": line.product_id,
        "name": line.name,
        "category": line.category,
        "price": line.price,
        "quantity": line.quantity,
        "url": f"{SHOP}/p/{line.product_id}",
    }
