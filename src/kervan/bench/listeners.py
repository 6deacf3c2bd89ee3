"""Many tabs that stay open: each hears which source was heard last, and notes how old that is."""

import asyncio
import contextlib
import json

import aiohttp

from kervan.kernel import clock


class Listeners:
    """So many open streams; `ages` are seconds from an event's receipt to its news, tab by tab."""

    def __init__(self, session: aiohttp.ClientSession, path: str, count: int) -> None:
        self._session = session
        self._path = path
        self._count = count
        self.ages: list[list[float]] = [[] for _ in range(count)]
        self._tasks: list[asyncio.Task[None]] = []
        self._all_heard = asyncio.Event()

    async def open(self, patience_seconds: float = 30.0) -> int:
        """Open all of them; gives how many have heard something."""
        self._tasks = [asyncio.create_task(self._listen(i)) for i in range(self._count)]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_seconds):
                await self._all_heard.wait()
        return sum(1 for one in self.ages if one)

    async def close(self) -> None:
        """Hang up."""
        for one in self._tasks:
            one.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self, number: int) -> None:
        with contextlib.suppress(aiohttp.ClientError):
            async with self._session.get(self._path) as answer:
                async for line in answer.content:
                    if line.startswith(b"data: ["):
                        latest_ms = max(one["latest_ms"] for one in json.loads(line[6:]))
                        self.ages[number].append((clock.now_ms() - latest_ms) / 1000)
                        if len(self.ages[number]) == 1 and all(self.ages):
                            self._all_heard.set()
