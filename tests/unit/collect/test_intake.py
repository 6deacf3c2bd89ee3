"""The durable door when nobody is behind it: refused in time, and nothing heaped up."""

import asyncio
import gc
import socket
import tracemalloc

import pytest

from kervan.collect.intake import AsyncIntake, Overloaded
from kervan.kernel.crypto import Vault

_BODY_BYTES = 300_000


def test_what_was_refused_is_not_kept_while_the_database_hangs() -> None:
    """A server that takes connections and says nothing is worse than one that is gone."""

    async def story(port: int) -> int:
        intake = AsyncIntake(
            f"postgresql://kervan@127.0.0.1:{port}/kervan?sslmode=disable&gssencmode=disable",
            Vault(b"k" * 32),
            limit_bytes=1_000_000,
            patience_seconds=0.02,
        )
        await intake.start()
        for _ in range(3):  # the writers' first bite
            with pytest.raises(Overloaded):
                await intake.append(1, 1, bytes(_BODY_BYTES), 0, "")
        tracemalloc.start()
        for _ in range(60):
            with pytest.raises(Overloaded):
                await intake.append(1, 1, bytes(_BODY_BYTES), 0, "")
        gc.collect()
        made_here = tracemalloc.Filter(True, __file__)  # not what other threads do meanwhile
        held = tracemalloc.take_snapshot().filter_traces([made_here])
        tracemalloc.stop()
        return sum(one.size for one in held.traces)

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        assert asyncio.run(story(silent.getsockname()[1])) < 5 * _BODY_BYTES


def test_too_much_at_once_is_refused_and_the_next_is_not() -> None:
    async def story() -> None:
        intake = AsyncIntake(
            "postgresql://nobody@127.0.0.1:1/none",
            Vault(b"k" * 32),
            limit_bytes=1000,
            patience_seconds=0.05,
        )
        first = asyncio.create_task(intake.append(1, 1, bytes(700), 0, ""))
        await asyncio.sleep(0)
        with pytest.raises(Overloaded) as full:
            await intake.append(1, 1, bytes(700), 0, "")
        assert full.value.retry_seconds >= 1
        with pytest.raises(Overloaded):
            await first
        second = asyncio.create_task(intake.append(1, 1, bytes(700), 0, ""))
        await asyncio.sleep(0)
        assert not second.done()  # there is room again
        with pytest.raises(Overloaded):
            await second

    asyncio.run(story())
