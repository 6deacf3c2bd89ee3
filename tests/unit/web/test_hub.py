"""One question for many tabs; each has the latest state only, and ends when it may not listen."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from kervan.kernel.errors import KervanError
from kervan.web.hub import Hub, Topic


class Counting:
    """A topic whose state changes with each look."""

    def __init__(self) -> None:
        self.looks = 0

    def make(self) -> bytes:
        self.looks += 1
        return b"%d" % self.looks


async def _next(told: AsyncGenerator[bytes, None]) -> bytes:
    async with asyncio.timeout(10):
        return await anext(told)


def test_many_tabs_cost_one_question() -> None:
    async def run() -> None:
        topic = Counting()
        mine = Hub({"a": Topic(topic.make, every_seconds=30)})
        tabs = [mine.told(["a"], lambda: True) for _ in range(50)]
        for tab in tabs:
            assert await _next(tab) == b"retry: 2000\n\n"
        assert [await _next(tab) for tab in tabs] == [b"event: a\ndata: 1\n\n"] * 50
        assert topic.looks == 1 and mine.listeners == 50
        for tab in tabs:
            await tab.aclose()
        assert mine.listeners == 0

    asyncio.run(run())


def test_who_is_slow_gets_the_latest_and_no_queue() -> None:
    async def run() -> None:
        topic = Counting()
        mine = Hub({"a": Topic(topic.make, every_seconds=0.01)})
        tab = mine.told(["a"], lambda: True)
        assert await _next(tab) == b"retry: 2000\n\n"
        first = await _next(tab)
        await asyncio.sleep(0.5)
        looks = topic.looks
        later = await _next(tab)
        assert first == b"event: a\ndata: 1\n\n"
        assert int(later.split(b"data: ")[1]) >= looks > 1
        await tab.aclose()

    asyncio.run(run())


def test_a_topic_nobody_watches_is_asked_about_no_more() -> None:
    async def run() -> None:
        topic = Counting()
        mine = Hub({"a": Topic(topic.make, every_seconds=0.01)})
        tab = mine.told(["a"], lambda: True)
        await _next(tab)
        await _next(tab)
        await tab.aclose()
        await asyncio.sleep(0.05)
        looks = topic.looks
        await asyncio.sleep(0.1)
        assert topic.looks == looks

    asyncio.run(run())


def test_whoever_may_listen_no_longer_is_sent_away() -> None:
    async def run() -> None:
        mine = Hub({"a": Topic(lambda: b"1", every_seconds=0.01)}, alive_seconds=0.01)
        async with asyncio.timeout(10):
            told = [one async for one in mine.told(["a"], lambda: False)]
        assert told[0] == b"retry: 2000\n\n" and mine.listeners == 0

    asyncio.run(run())


def test_a_full_process_says_so() -> None:
    with pytest.raises(KervanError) as refused:
        Hub({}, most=0).check_room()
    assert refused.value.code == "web.busy"


def test_a_topic_that_failed_on_something_new_is_taken_up_again() -> None:
    class Failing(Counting):
        def make(self) -> bytes:
            if super().make() == b"1":
                raise ValueError("of a kind nobody thought of")
            return b"well"

    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        mine = Hub({"a": Topic(Failing().make)}, alive_seconds=0.05)
        tab = mine.told(["a"], lambda: True)
        told = [await _next(tab)]
        while len(told) < 100 and not told[-1].startswith(b"event"):
            told.append(await _next(tab))
        assert told[-1] == b"event: a\ndata: well\n\n"
        await tab.aclose()

    asyncio.run(run())
