"""Write keys that are never refused on the word of an old reading."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from kervan.collect import sources
from kervan.collect.sources import Sources
from kervan.kernel.postgres import Connection
from kervan.web.fresh_keys import FreshKeys


@contextlib.asynccontextmanager
async def kept(url: str, known: Sources | None = None) -> AsyncIterator[FreshKeys]:
    """Keys that are read by themselves at the beginning only."""
    keys = FreshKeys(known or Sources(), url, every_seconds=3600)
    beside = asyncio.create_task(keys.keep())
    try:
        yield keys
    finally:
        beside.cancel()
        await asyncio.gather(beside, return_exceptions=True)


def test_a_key_is_known_as_soon_as_somebody_asks(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    async def story() -> tuple[bool, bool, list[bool]]:
        async with kept(postgres_url) as keys:
            assert await keys.read_anew()
            key = sources.create(postgres, workspace, "Shop", "server")
            postgres.commit()
            before = keys.find(key) is not None
            many = await asyncio.gather(*(keys.read_anew() for _ in range(50)))
            return before, keys.find(key) is not None, many

    before, after, many = asyncio.run(story())
    assert (before, after) == (False, True)
    assert all(many)


class Counted(Sources):
    """Sources that know how often they were read."""

    readings = 0

    def refresh(self, conn: Connection) -> None:
        self.readings += 1
        super().refresh(conn)


@pytest.mark.usefixtures("workspace")
def test_strangers_share_a_reading(postgres_url: str) -> None:
    known = Counted()

    async def story() -> None:
        async with kept(postgres_url, known) as keys:
            await keys.read_anew()
            await asyncio.gather(*(keys.read_anew() for _ in range(500)))

    asyncio.run(story())
    assert 2 <= known.readings <= 3


def test_a_database_that_is_away_is_said_to_be_away() -> None:
    async def story() -> tuple[bool, bool]:
        async with kept("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1") as keys:
            return await keys.read_anew(), keys.loaded

    assert asyncio.run(story()) == (False, False)
