"""Keeps a web process's write keys fresh, and reads them anew before a key is called unknown."""

import asyncio
import contextlib

import psycopg

from kervan.collect.sources import REFRESH_SECONDS, Source, Sources
from kervan.kernel import clock, log, postgres

_log = log.get("web")
_BETWEEN_SECONDS = 0.1
"""However many strangers come with wrong keys, the table is read no more often than this."""
_PATIENCE_SECONDS = 2.0


class FreshKeys:
    """`sources` read every second, and at once when somebody brings a key that is not there.

    An SDK throws a batch away for good when it hears 401, and a process on a busy machine may be
    seconds behind: so no key is refused on the word of an old reading.
    """

    def __init__(
        self, sources: Sources, postgres_url: str, *, every_seconds: float = REFRESH_SECONDS
    ) -> None:
        self._every_seconds = every_seconds
        self._sources = sources
        self._url = postgres_url
        self._conn: postgres.Connection | None = None
        self._asked = asyncio.Event()
        self._waiting: list[asyncio.Future[bool]] = []

    @property
    def loaded(self) -> bool:
        """Whether the table was ever read."""
        return self._sources.loaded

    def find(self, key: str) -> Source | None:
        """The source of a key as last read, or None."""
        return self._sources.find(key)

    async def read_anew(self) -> bool:
        """Whether the table was read by a reading that began after this question."""
        told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(told)
        self._asked.set()
        try:
            return await asyncio.wait_for(told, _PATIENCE_SECONDS)
        except TimeoutError:
            return False

    async def keep(self) -> None:
        """Read for ever; a database that is away leaves the keys as they were."""
        while True:
            began = clock.monotonic()
            waiting, self._waiting = self._waiting, []
            self._asked.clear()
            good = await self._read()
            for told in waiting:
                if not told.done():
                    told.set_result(good)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), self._every_seconds)
            await asyncio.sleep(began + _BETWEEN_SECONDS - clock.monotonic())

    async def _read(self) -> bool:
        try:
            if self._conn is None or self._conn.closed:
                self._conn = await asyncio.to_thread(postgres.connect, self._url, autocommit=True)
            await asyncio.to_thread(self._sources.refresh, self._conn)
        except psycopg.Error as error:
            _log.warning("sources_not_refreshed", error=type(error).__name__)
            if self._conn is not None:
                self._conn.close()
            self._conn = None
            return False
        return True
