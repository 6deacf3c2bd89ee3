"""Keeps what many tabs watch at once: each topic is asked about once a process, not once a tab."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import psycopg
from clickhouse_connect.driver.exceptions import ClickHouseError

from kervan.kernel import clock
from kervan.kernel.errors import KervanError

MOST_LISTENERS = 1_000
_LIFE_SECONDS = 3_600.0


@dataclass(frozen=True, slots=True)
class Topic:
    """What can be watched: `make` gives its state as JSON, in a thread, every so many seconds."""

    make: Callable[[], bytes]
    every_seconds: float = 1.0


class _Tab:
    """One open stream; of each topic it holds the latest state only, so it never grows."""

    def __init__(self, topics: Sequence[str]) -> None:
        self.topics = frozenset(topics)
        self.waiting: dict[str, bytes] = {}
        self.news = asyncio.Event()

    def put(self, topic: str, state: bytes) -> None:
        """A newer state takes the place of one that has not been sent yet."""
        self.waiting[topic] = state
        self.news.set()


class Hub:
    """All streams of one process: at most `most`, each sure every `alive_seconds` to be alive."""

    def __init__(
        self, topics: dict[str, Topic], *, most: int = MOST_LISTENERS, alive_seconds: float = 15.0
    ) -> None:
        self._topics = topics
        self._most = most
        self._alive_seconds = alive_seconds
        self._tabs: set[_Tab] = set()
        self._states: dict[str, bytes] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def listeners(self) -> int:
        """How many streams are open."""
        return len(self._tabs)

    def check_room(self) -> None:
        """Raises web.busy (503) where this process has as many streams as it may."""
        if len(self._tabs) >= self._most:
            raise KervanError("web.busy", status=503)

    async def told(
        self, topics: Sequence[str], still: Callable[[], bool]
    ) -> AsyncGenerator[bytes, None]:
        """Each topic's state at once, and again whenever it is another.

        It ends after an hour, and when `still`, asked in a thread each time, says
        that the reader may listen no longer.
        """
        tab = _Tab(topics)
        self._tabs.add(tab)
        ends = clock.monotonic() + _LIFE_SECONDS
        asked = clock.monotonic()
        try:
            yield b"retry: 2000\n\n"
            for topic in sorted(tab.topics):
                if topic in self._states:
                    tab.put(topic, self._states[topic])
                self._watch(topic)
            while clock.monotonic() < ends:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._alive_seconds):
                        await tab.news.wait()
                if clock.monotonic() - asked >= self._alive_seconds:
                    asked = clock.monotonic()
                    if not await asyncio.to_thread(still):
                        return
                    yield b": still here\n\n"
                    for topic in tab.topics:  # one that failed on something new is taken up again
                        self._watch(topic)
                tab.news.clear()
                waiting, tab.waiting = tab.waiting, {}
                for topic, state in waiting.items():
                    yield b"event: " + topic.encode() + b"\ndata: " + state + b"\n\n"
        finally:
            self._tabs.discard(tab)

    def _watch(self, topic: str) -> None:
        running = self._tasks.get(topic)
        if running is None or running.done():
            self._tasks[topic] = asyncio.create_task(self._look(topic))

    async def _look(self, topic: str) -> None:
        known = self._topics[topic]
        while any(topic in tab.topics for tab in self._tabs):
            # A database that is away says nothing for a while; the next look may find it back.
            with suppress(psycopg.Error, ClickHouseError, KervanError):
                state = await asyncio.to_thread(known.make)
                if state != self._states.get(topic):
                    self._states[topic] = state
                    for tab in self._tabs:
                        if topic in tab.topics:
                            tab.put(topic, state)
            await asyncio.sleep(known.every_seconds)
        self._states.pop(topic, None)
