"""Bench `console`: what somebody waits for who opens a page of the console.

A page's calls (console_calls.py) go out at once over six connections, as from a browser, each
opening with another person, segment or journey, one opening after the other; the first of each
page stands by itself, for the overview's figures are remembered. Then many tabs stay open. The
targets are for `--scale 10`: a million people, 50 million events.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import aiohttp

from kervan.bench import begin, bundle, lines, load, segments_data, stock
from kervan.bench.collect import Bench
from kervan.bench.console_calls import PAGES, SEARCH, Call
from kervan.bench.listeners import Listeners
from kervan.bench.membership_crowd import Shoppers, questions
from kervan.bench.rehearse import JOURNEY
from kervan.bench.report import Figure, at_most, fact, note
from kervan.bench.segments_data import Size
from kervan.journeys import apply, ready
from kervan.kernel import clock, postgres, sql
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import store as definitions
from kervan.web import access

NAME = "console"
SIZE = Size(5_000_000, 100_000)
_FULL = 10
"""The scale at which targets hold."""
SEGMENTS = 60
_OPENINGS = 20
_CONNECTIONS = 6
_MOST_MS, _MOST_KB = 300, 330
_TABS, _LISTEN_SECONDS, _MOST_AGE_SECONDS = 500, 15, 2.0
_EVENTS, _PEOPLE_ABOUT = 25, 1_000
_PATIENCE = aiohttp.ClientTimeout(total=60, sock_read=60)
_SQL = sql.load(__package__, "console.sql")
Names = Callable[[int], Mapping[str, str]]


@dataclass(slots=True)
class Waits:
    """How long openings took (ms): by page, and by call; `first` are the first ones of all."""

    first: dict[str, float] = field(default_factory=dict)
    pages: dict[str, list[float]] = field(default_factory=dict)
    calls: dict[str, list[float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heard:
    """What open tabs cost: how many heard something, ages (s) of news, CPU, memory of the web."""

    tabs: int
    ages: list[float]
    cpu_percent: float
    grown_mb: float


def measure(config: Config, *, scale: int = 1, minutes: float = 0) -> list[Figure]:
    """Run the bench; `scale` has that many times the people and history."""
    with begin.kervan(config) as running:
        bench = Bench(running, config)
        with postgres.connect(running.postgres_url, workspace=config.workspace) as conn:
            stock.fill(bench, conn, SIZE.times(scale))
            names = _furnish(conn)
            note("letting ClickHouse merge what was written")
            segments_data.rest(bench.client)
            link = access.make_link(bench.conn)
            bench.conn.commit()
        waits, heard = asyncio.run(_look(bench, link, names))
    return figures(waits, heard, is_full=scale >= _FULL) + _bundle()


def _furnish(conn: Connection) -> Names:
    """Segments and journeys beside the people; gives what the n-th opening is about."""
    note(f"making {SEGMENTS} segments and as many journeys as there are ready-made ones")
    author = definitions.Author(NAME, clock.now())
    for key, tree in questions(SEGMENTS).items():
        definitions.create(conn, key, key, tree, author)
    journeys = []
    for one in ready.every():
        apply.apply(conn, JOURNEY.replace("key: basket", f"key: {one.key}"), clock.now())
        journeys.append(one.key)
    conn.commit()
    stock.wait(conn, _SQL.unfilled)
    people = [str(one) for (one,) in conn.execute(_SQL.some_people, {"count": _OPENINGS})]
    conn.commit()
    today = clock.now().date()
    segments = list(questions(SEGMENTS))

    def names(number: int) -> dict[str, str]:
        return {
            "person": people[number % len(people)],
            "segment": segments[number % len(segments)],
            "journey": journeys[number % len(journeys)],
            "text": quote(f"customer-{number * 37:07d}"),
            "from": str(today - timedelta(days=27)),
            "to": str(today),
        }

    return names


async def _look(bench: Bench, link: str, names: Names) -> tuple[Waits, Heard]:
    running = bench.running
    base = f"http://{running.host}:{running.port}"
    jar = aiohttp.CookieJar(unsafe=True)  # the address is a number
    few, many = aiohttp.TCPConnector(limit=_CONNECTIONS), aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(base, cookie_jar=jar, connector=few, timeout=_PATIENCE) as tab:
        await _signed_in(tab, link)
        waits = Waits()
        for page in ("", *PAGES):  # "" is the search
            note(f"opening {page or 'the search'}")
            calls = PAGES.get(page, SEARCH)
            cold = Waits()
            await open_(tab, calls, names(_OPENINGS), cold, page)
            waits.first[page] = cold.pages[page][0]
            for number in range(_OPENINGS):
                await open_(tab, calls, names(number), waits, page)
        patience = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(
            base, cookie_jar=jar, connector=many, timeout=patience
        ) as tabs:
            heard = await _listen(bench, tabs)
    return waits, heard


async def _signed_in(tab: aiohttp.ClientSession, link: str) -> None:
    async with tab.get(f"/sign-in?token={quote(link)}") as page:
        if page.status >= 400:
            raise KervanError("bench.page_refused", 500, page="/sign-in", answer=page.status)


async def open_(
    tab: aiohttp.ClientSession,
    calls: Sequence[Call],
    names: Mapping[str, str],
    into: Waits,
    page: str,
) -> None:
    """Make all calls of a page at once and note what they took. Raises bench.page_refused."""
    started = clock.monotonic()

    async def ask(one: Call) -> None:
        path = fill(one.path, names)
        body = None if one.body is None else json.loads(fill(json.dumps(one.body), names))
        async with tab.request(one.method, path, json=body) as answer:
            await answer.read()
            if answer.status >= 400:
                raise KervanError("bench.page_refused", 500, page=path, answer=answer.status)
        took = (clock.monotonic() - started) * 1000
        into.calls.setdefault(f"{one.method} {one.path}", []).append(took)

    asked: list[Awaitable[None]] = [ask(one) for one in calls]
    await asyncio.gather(*asked)
    into.pages.setdefault(page, []).append((clock.monotonic() - started) * 1000)


def fill(text: str, names: Mapping[str, str]) -> str:
    """A text with its `{names}` filled in; other braces are JSON's."""
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    return text


async def _listen(bench: Bench, tabs: aiohttp.ClientSession) -> Heard:
    note(f"{_TABS} tabs stay open")
    running = bench.running
    before_bytes = _web_bytes(bench)
    listeners = Listeners(tabs, "/v1/stream?topics=sources", _TABS)
    crowd = Shoppers(_PEOPLE_ABOUT, _PEOPLE_ABOUT, _EVENTS)
    try:
        count = await listeners.open()
        for one in listeners.ages:
            one.clear()
        cpu = running.cpu_seconds().get("web", 0.0)
        began = clock.monotonic()
        door = lines.Door(running.host, running.port, running.key)
        for number in range(2 * _LISTEN_SECONDS):
            await asyncio.to_thread(door.post, crowd.body(number))
            await asyncio.sleep(0.5)
        door.close()
        used = running.cpu_seconds().get("web", 0.0) - cpu
        share = 100 * used / (clock.monotonic() - began)
        grown = (_web_bytes(bench) - before_bytes) / 1e6
    finally:
        await listeners.close()
    told = [age for one in listeners.ages for age in one]
    return Heard(min(count, sum(1 for one in listeners.ages if one)), told, share, grown)


def _web_bytes(bench: Bench) -> int:
    return sum(one.memory_info().rss for one in bench.running.of("web"))


def _bundle() -> list[Figure]:
    if not (bundle.FOLDER / "manifest.json").is_file():
        note("the console has not been built: no sizes")
        return []
    return [
        at_most(NAME, "first_load_kb", bundle.first_load_bytes() / 1000, "kB", _MOST_KB),
        fact(NAME, "heaviest_page_kb", bundle.route_bytes() / 1000, "kB"),
    ]


def figures(waits: Waits, heard: Heard, *, is_full: bool) -> list[Figure]:
    """What was found; only at full size pages have targets."""

    def page(name: str, found: Sequence[float]) -> Figure:
        label, value = _label(name), load.percentile(sorted(found), 0.95)
        if is_full:
            return at_most(NAME, label, value, "ms", _MOST_MS)
        return fact(NAME, label, value, "ms")

    slowest: dict[str, Any] = {
        one: load.percentile(sorted(found), 0.95) for one, found in waits.calls.items()
    }
    for one in sorted(slowest, key=slowest.__getitem__)[-5:]:
        note(f"{slowest[one]:,.0f} ms: {one}")
    return [
        *(page(name, found) for name, found in waits.pages.items()),
        fact(NAME, "slowest_first_ms", max(waits.first.values()), "ms"),
        fact(NAME, "tabs_that_heard", heard.tabs, "tabs"),
        at_most(
            NAME, "news_age_p99_seconds", load.percentile(sorted(heard.ages), 0.99), "s",
            _MOST_AGE_SECONDS,
        ),
        fact(NAME, "tabs_cpu_percent", heard.cpu_percent, "% of a core"),
        fact(NAME, "tabs_memory_mb", heard.grown_mb, "MB"),
    ]  # fmt: skip


def _label(page: str) -> str:
    said = page.strip("/").replace("/", "_").replace("$", "one_").replace("~", "") or "search"
    return f"{said}_p95_ms"
