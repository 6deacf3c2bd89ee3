"""Tells the whole story: a real history, simulated shoppers, real mails, measured orders."""

import asyncio
import dataclasses
import os
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from types import FrameType
from typing import Any

import aiohttp
import msgspec

from kervan.collect import sources
from kervan.demo import basket, load, retail, stages
from kervan.demo.beside import Rehearse, beside
from kervan.demo.figures import INVOICES, compare
from kervan.demo.mailbox import Mail, Mailbox
from kervan.demo.report import Printer, Stage
from kervan.demo.shoppers import Crowd, Tempo
from kervan.demo.wire import Door
from kervan.engines import supervise
from kervan.engines.supervise import ChildSpec
from kervan.insight import shop
from kervan.kernel import clickhouse, clock, i18n, ids, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.web import access

Children = Callable[[Config], Sequence[ChildSpec]]
Apply = Callable[[Config, str], object]
ONCE_SHOPPERS = 54
_ONCE_SECONDS_BETWEEN = 0.45
_SECONDS_BETWEEN = 1.1
_SETTLE_SECONDS = 30.0
_LOOK_SECONDS = 1.0
_INTERRUPTED = 130
_SHOP_BROWSER, _SHOP_SERVER = "Simulated shop, browser", "Simulated shop, server"
_log = log.get("demo")


def run(
    config: Config,
    once: bool,
    *,
    children: Children,
    prepare: Callable[[Config], None],
    apply: Apply,
    rehearse: Rehearse,
    sign_in: Callable[[Config], str],
) -> int:
    """Run the demo until Ctrl-C, or with `once` until the story is told; gives the exit status.

    `children` and `prepare` are what `kervan up` uses, `apply` makes a journey's text live,
    `rehearse` plays it on the story's minutes, `sign_in` gives a one-time link. With `once` the
    status is 0 only if every stage happened.
    """
    if config.log_level == "info":
        # The story is what there is to read; what an operator should look at still shows.
        config = dataclasses.replace(config, log_level="warning")
        log.setup(config.log_format, config.log_level, "demo")
    printer = Printer(config.locale)
    printer.say("starting", data=config.data)
    stage = _Stage(config, once, printer, Deeds(apply, rehearse, sign_in))
    config = stage.open_mailbox(config)
    try:
        status = supervise.up(config, children, prepare=prepare, announce=stage.begin)
    finally:
        stage.close()
    return status or stage.status


def free_port(host: str, wanted: int) -> int:
    """`wanted` if nobody listens there, else any free one: a demo must not fail for a port."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return wanted


@dataclasses.dataclass(frozen=True, slots=True)
class Deeds:
    """What the story has done by others."""

    apply: Apply
    rehearse: Rehearse
    sign_in: Callable[[Config], str]


class _Stage:
    """The story's own thread beside the supervisor: one event loop for mailbox and shoppers."""

    def __init__(self, config: Config, once: bool, printer: Printer, deeds: Deeds) -> None:
        self.status = 0
        self._stopping = False
        self._once = once
        self._printer = printer
        self._deeds = deeds
        self._crowd: Crowd | None = None
        self._mailbox = Mailbox(config.data / "mailbox", self._deliver)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="demo", daemon=True)
        self._story: Future[bool] | None = None

    def open_mailbox(self, config: Config) -> Config:
        """Start the mailbox; gives the configuration that sends all mail there."""
        config.data.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        started = asyncio.run_coroutine_threadsafe(self._mailbox.start(), self._loop)
        port = started.result(timeout=10)
        return dataclasses.replace(
            config,
            port=free_port(config.host, config.port),
            smtp_url=f"smtp://127.0.0.1:{port}",
            mail_from=config.mail_from or "Simulated shop <shop@simulated.test>",
        )

    def begin(self, config: Config) -> None:
        """Called when Kervan is up: start telling, without holding up the supervisor."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._before(signal.getsignal(number)))
        self._story = asyncio.run_coroutine_threadsafe(self._tell(config), self._loop)
        self._story.add_done_callback(self._ended)

    def _before(self, next_handler: Any) -> Callable[[int, FrameType | None], None]:
        """A handler that ends the story first: shoppers must not talk to a closed shop."""

        def handle(number: int, frame: FrameType | None) -> None:
            if not self._stopping:
                self._stopping = True
                self._printer.say("stopping")
                if self._story is not None:
                    self._story.cancel()
            if callable(next_handler):
                next_handler(number, frame)

        return handle

    def close(self) -> None:
        """Stop everything this thread does."""
        if self._story is not None:
            self._story.cancel()
        stopped = asyncio.run_coroutine_threadsafe(self._mailbox.stop(), self._loop)
        stopped.result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)

    def _deliver(self, mail: Mail) -> None:
        if self._crowd is not None:
            self._crowd.deliver(mail)

    async def _tell(self, config: Config) -> bool:
        return await _Story(
            config, self._once, self._printer, self._deeds, self._mailbox, self._let_in
        ).tell()

    def _ended(self, story: Future[bool]) -> None:
        """However the story ends, Kervan ends with it; the supervisor stops as for Ctrl-C."""
        if story.cancelled():
            self.status = _INTERRUPTED if self._once else 0
            return
        error = story.exception()
        self.status = 0 if error is None and story.result() else 1
        if error is not None and not self._stopping:
            first = _first(error)
            _log.error("story_failed", error=type(first).__name__)
            locale = self._printer.locale
            self._printer.line(first.say(locale) if isinstance(first, KervanError) else repr(first))
        self._stopping = True
        os.kill(os.getpid(), signal.SIGTERM)

    def _let_in(self, crowd: Crowd) -> None:
        self._crowd = crowd


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


class _Story:
    """The chapters, one after the other."""

    def __init__(
        self,
        config: Config,
        once: bool,
        printer: Printer,
        deeds: Deeds,
        mailbox: Mailbox,
        let_in: Callable[[Crowd], None],
    ) -> None:
        self._config = config
        self._once = once
        self._printer = printer
        self._deeds = deeds
        self._mailbox = mailbox
        self._let_in = let_in
        self._history = clickhouse.connect(
            config.clickhouse_url, postgres.schema_name(config.workspace)
        )
        self._most_waiting = 0
        self._token = ""

    async def tell(self) -> bool:
        """Tell everything; gives whether every stage really happened."""
        printer, config = self._printer, self._config
        keys = await asyncio.to_thread(self._make_keys)
        link = await asyncio.to_thread(self._deeds.sign_in, config)
        printer.say("up", link=f"{link}&to=/")  # the page on which the story is told
        async with aiohttp.ClientSession() as http:
            imported, met = await self._load_history(http, keys[load.SOURCE])
            texts = basket.texts()
            for text in texts:
                await asyncio.to_thread(self._deeds.apply, config, text)
            printer.say("applied", name="Abandoned basket", seconds=basket.SECONDS)
            before, began_ms = await self._figures(http), clock.now_ms()
            crowd = Crowd(
                http,
                config.address,
                Door(http, config.address, keys[_SHOP_BROWSER]),
                Door(http, config.address, keys[_SHOP_SERVER]),
                ids.secret(4).replace("_", "x").replace("-", "y").lower(),
                seed=7,
                tempo=Tempo(),
            )
            self._let_in(crowd)
            async with asyncio.TaskGroup() as group:
                watching = group.create_task(self._watch(http))
                if self._once:
                    printer.say("shopping_once", count=ONCE_SHOPPERS)
                    await crowd.visit(ONCE_SHOPPERS, _ONCE_SECONDS_BETWEEN)
                else:
                    printer.say("shopping")
                    await crowd.visit(None, _SECONDS_BETWEEN)
                watching.cancel()
            rows = await self._settled(http, crowd, before, imported, met)
            printer.stages(rows)
            would = await asyncio.to_thread(
                self._deeds.rehearse, config, texts[-1], began_ms, clock.now_ms()
            )
            printer.rehearsed(beside(would, before, await self._figures(http)))
        bad = [row.key for row in rows if not row.good]
        if bad:
            printer.say("failed", stages=", ".join(bad))
        else:
            printer.say("done")
        return not bad

    def _make_keys(self) -> dict[str, str]:
        """A write key for each of the demo's sources, and a token; older keys are revoked."""
        config = self._config
        kinds = {load.SOURCE: "import", _SHOP_BROWSER: "browser", _SHOP_SERVER: "server"}
        keys: dict[str, str] = {}
        with postgres.connect(config.postgres_url) as conn:
            known = {str(one["name"]): one for one in sources.describe(conn, config.workspace)}
            for name, kind in kinds.items():
                if name not in known:
                    keys[name] = sources.create(conn, config.workspace, name, kind)
                    continue
                number = int(str(known[name]["id"]))
                hints = known[name]["keys"]
                for hint in hints if isinstance(hints, list) else []:
                    sources.revoke_by_hint(conn, config.workspace, number, str(hint))
                keys[name] = sources.add_key(conn, number)
            found = sources.describe(conn, config.workspace)
            self._retail = next(int(str(o["id"])) for o in found if o["name"] == load.SOURCE)
            self._token = access.make_token(conn, "demo")
        return keys

    async def _load_history(self, http: aiohttp.ClientSession, key: str) -> tuple[int, bool]:
        printer, zone = self._printer, str(retail.ZONE)
        began = clock.monotonic()

        def count() -> int:
            return shop.span(self._history, self._retail, zone).events

        def show(done: int) -> None:
            printer.progress(done, INVOICES)

        before = await asyncio.to_thread(count)
        if before < INVOICES:
            printer.say("loading")
            lines = await asyncio.to_thread(retail.read_lines)
            sending = asyncio.create_task(
                load.send(
                    http, self._config.address, key, load.yesterday(), lines, lambda sent: None
                )
            )
            waiting = asyncio.create_task(load.arrived(count, INVOICES, show))
            await asyncio.gather(sending, waiting)
            seconds = round(clock.monotonic() - began)
            printer.say("loaded", events=printer.number(INVOICES), seconds=seconds)
        else:
            printer.say("loaded_before")
        span = await asyncio.to_thread(shop.span, self._history, self._retail, zone)
        days = retail.shift_days(span.last_day)
        ours = await asyncio.to_thread(
            lambda: shop.figures(self._history, self._retail, zone, shift_days=days)
        )
        rows = compare(ours, self._config.locale)
        printer.compared(rows)
        return span.events, all(row.same for row in rows)

    async def _figures(self, http: aiohttp.ClientSession) -> dict[str, Any]:
        """The journey's figures and the head-count, as any program gets them."""
        headers = {"Authorization": f"Bearer {self._token}"}
        async with http.get(f"{self._config.address}/v1/live", headers=headers) as answer:
            body = await answer.read()
            if answer.status != 200:
                raise KervanError(
                    "demo.not_taken",
                    status=502,
                    path="/v1/live",
                    said=f"{answer.status} {body[:200]!r}",
                )
        now: dict[str, Any] = msgspec.json.decode(body)
        mine = [one for one in now["journeys"] if one["key"] == basket.KEY]
        figures: dict[str, Any] = mine[0] if mine else {}
        bought = sum(one["orders"] for one in figures.get("bought", []))
        return figures | {"bought": bought, "people": now["people"]}

    async def _watch(self, http: aiohttp.ClientSession) -> None:
        names = ("people", "entered", "waiting", "sent", "opened", "clicked", "bought", "left")
        while True:
            now = await self._figures(http)
            self._most_waiting = max(self._most_waiting, now.get("waiting", 0))
            said = {name: self._printer.number(now.get(name, 0)) for name in names}
            self._printer.ticker(i18n.say("demo.ticker", self._config.locale, **said))
            await asyncio.sleep(_LOOK_SECONDS)

    async def _settled(
        self,
        http: aiohttp.ClientSession,
        crowd: Crowd,
        before: dict[str, Any],
        imported: int,
        met: bool,
    ) -> list[Stage]:
        """Hold what was measured against what was done, until it fits or time is up."""
        deadline = clock.monotonic() + _SETTLE_SECONDS
        while True:
            now = await self._figures(http)
            rows = stages.judge(
                crowd.truth,
                before,
                now,
                imported=imported,
                met=met,
                most_waiting=self._most_waiting,
            )
            if all(row.good for row in rows) or clock.monotonic() > deadline:
                return rows
            await asyncio.sleep(_LOOK_SECONDS)
