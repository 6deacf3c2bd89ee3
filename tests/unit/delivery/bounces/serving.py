"""Runs a bounce listener in a thread while a test talks to it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from kervan.delivery.bounces.listen import Listener


@contextmanager
def serving(house: Listener) -> Iterator[int]:
    """The port it listens on."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(house.open("127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def hang_up() -> None:
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for one in others:
            one.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(hang_up(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
