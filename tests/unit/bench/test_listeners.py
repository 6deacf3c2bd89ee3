"""Streams that stay open note the age of the newest event they hear of, and nothing else."""

import asyncio

import aiohttp
from aiohttp import web

from kervan.bench.listeners import Listeners
from kervan.kernel import clock


async def _tell(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    await answer.write(b"retry: 2000\n\n: still here\n\n")
    at_ms = clock.now_ms() - 500
    news = b'[{"source": 1, "latest_ms": 5}, {"source": 2, "latest_ms": %d}]' % at_ms
    await answer.write(b"event: sources\ndata: " + news + b"\n\n")
    await asyncio.sleep(5)
    return answer


async def _hear(count: int) -> tuple[int, list[list[float]]]:
    app = web.Application()
    app.router.add_get("/news", _tell)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        listeners = Listeners(session, "/news", count)
        try:
            return await listeners.open(), listeners.ages
        finally:
            await listeners.close()
            await runner.cleanup()


def test_each_stream_notes_how_old_its_news_are() -> None:
    heard, ages = asyncio.run(_hear(5))
    assert heard == 5
    assert all(len(one) == 1 and 0.4 < one[0] < 10 for one in ages)
