"""A sender as a process of its own, to be killed: URL, workspace, SMTP URL, `again` to sabotage."""

import asyncio
import sys
from dataclasses import replace

from kervan.delivery import books
from tests.unit.delivery.world import QUICK, make_sender


async def _forever(url: str, workspace: str, smtp_url: str, again: bool) -> None:
    rules = replace(
        QUICK,
        doubt=books.DoubtPolicy(window_seconds=0.3, send_again=again),
        pace=replace(QUICK.pace, batch=60, desk=120),
    )
    await make_sender(url, workspace, smtp_url, rules, connections=4).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(_forever(*sys.argv[1:4], again=sys.argv[4:] == ["again"]))
