"""Watches inboxes for everybody who listens to this process, in one question a second."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress

import psycopg

from kervan.kernel import clock
from kervan.kernel.errors import KervanError

Newest = Callable[[list[int]], dict[int, int]]
"""{atom: the place of her newest message} for some atoms, from the database."""
MOST_LISTENERS = 2_000
MOST_OF_ONE = 10
"""So many streams one person may have open in this process: devices and pages, not programs."""
_LOOK_SECONDS = 1.0
_LONGEST_SECONDS = 300.0
_ALIVE_SECONDS = 20.0


class _Ear:
    """One open stream: whom it is about, and up to which place it has been told."""

    def __init__(self, people: Sequence[int], place: int) -> None:
        self.people = tuple(people)
        self.place = place
        self.news = asyncio.Event()


class Watch:
    """All streams of one process; `newest` is asked in a thread of its own."""

    def __init__(self, newest: Newest) -> None:
        self._newest = newest
        self._task: asyncio.Task[None] | None = None
        self._ears: set[_Ear] = set()

    @property
    def listeners(self) -> int:
        """How many streams are open."""
        return len(self._ears)

    def check_room(self, people: Sequence[int]) -> None:
        """Whether these atoms may have one stream more. Raises web.busy (503)."""
        hers = sum(ear.people == tuple(people) for ear in self._ears)
        if len(self._ears) >= MOST_LISTENERS or hers >= MOST_OF_ONE:
            raise KervanError("web.busy", status=503)

    async def told(self, people: Sequence[int], place: int) -> AsyncGenerator[str, None]:
        """What a stream says: at once that it is open, then each time something is new.

        `place` is that of her newest message when she was looked up: what comes after it is told,
        also what came before the stream had begun. One that never begins holds nothing.
        """
        ear = _Ear(people, place)
        self._ears.add(ear)
        until = clock.monotonic() + _LONGEST_SECONDS
        try:
            yield 'data: {"new": false}\n\n'
            self._look_on()
            while clock.monotonic() < until:
                try:
                    async with asyncio.timeout(_ALIVE_SECONDS):
                        await ear.news.wait()
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                ear.news.clear()
                yield 'data: {"new": true}\n\n'
        finally:
            self._ears.discard(ear)

    def _look_on(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())

    async def _look(self) -> None:
        while self._ears:
            people = sorted({person for ear in self._ears for person in ear.people})
            with suppress(psycopg.Error, KervanError):
                self._tell(await asyncio.to_thread(self._newest, people))
            await asyncio.sleep(_LOOK_SECONDS)

    def _tell(self, found: dict[int, int]) -> None:
        for ear in self._ears:
            newest = max((found.get(one, 0) for one in ear.people), default=0)
            if newest > ear.place:
                ear.place = newest
                ear.news.set()
