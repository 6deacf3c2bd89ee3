"""A stream misses nothing that came while it was opened, and holds nothing once it has gone."""

import asyncio

import pytest

from kervan.kernel.errors import KervanError
from kervan.web.onsite.watch import MOST_OF_ONE, Watch


def _newest(people: list[int]) -> dict[int, int]:
    return {7: 3} if 7 in people else {}


def test_what_came_before_the_first_look_is_told() -> None:
    async def listen() -> list[str]:
        stream = Watch(_newest).told([7], 2)
        said = [await anext(stream)]
        async with asyncio.timeout(10):
            said.append(await anext(stream))
        return said

    assert asyncio.run(listen()) == ['data: {"new": false}\n\n', 'data: {"new": true}\n\n']


def test_a_stream_whose_reader_went_holds_no_place() -> None:
    async def come_and_go() -> tuple[int, int, int]:
        watch = Watch(_newest)
        never_begun = watch.told([7], 3)
        before = watch.listeners
        stream = watch.told([7], 3)
        await anext(stream)
        during = watch.listeners
        await stream.aclose()
        del never_begun
        return before, during, watch.listeners

    assert asyncio.run(come_and_go()) == (0, 1, 0)


def test_one_person_leaves_room_for_others() -> None:
    async def crowd() -> None:
        watch = Watch(_newest)
        streams = [watch.told([7], 3) for _ in range(MOST_OF_ONE)]
        for one in streams:
            await anext(one)
        watch.check_room([8])
        with pytest.raises(KervanError) as full:
            watch.check_room([7])
        assert (full.value.code, full.value.status) == ("web.busy", 503)
        for one in streams:
            await one.aclose()

    asyncio.run(crowd())
