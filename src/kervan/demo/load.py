"""Loads the shop's order history through the import door and waits until it is history."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta

import aiohttp

from kervan.demo import retail
from kervan.demo.wire import Door
from kervan.kernel import clock
from kervan.kernel.errors import KervanError

SOURCE = "Order history (UCI Online Retail)"
PATH = "/v1/import"
_PATIENCE_SECONDS = 180.0
_LOOK_SECONDS = 0.3


def yesterday() -> date:
    """The day before today in the shop's zone: where the history ends."""
    return clock.now().astimezone(retail.ZONE).date() - timedelta(days=1)


async def send(
    http: aiohttp.ClientSession,
    address: str,
    write_key: str,
    last_day: date,
    lines: retail.Lines,
    on_sent: Callable[[int], None],
) -> int:
    """Send every invoice so that the last day is `last_day`; gives how many.

    `on_sent` is told the count so far after each durable batch. Raises demo.not_taken.
    """
    door = Door(http, address, write_key)
    sent = 0
    for body, count in retail.bodies(lines, retail.shift_days(last_day)):
        await door.post(PATH, body)
        sent += count
        on_sent(sent)
    return sent


async def arrived(count: Callable[[], int], wanted: int, on_seen: Callable[[int], None]) -> None:
    """Wait until `count()` events are in the history; raises demo.not_processed when it stalls."""
    seen, moved = -1, clock.monotonic()
    while seen < wanted:
        now = await asyncio.to_thread(count)
        if now != seen:
            seen, moved = now, clock.monotonic()
            on_seen(seen)
        elif clock.monotonic() - moved > _PATIENCE_SECONDS:
            raise KervanError("demo.not_processed", status=500, seen=seen, wanted=wanted)
        await asyncio.sleep(_LOOK_SECONDS)
