"""A sender with the list of tasks as a process of its own, to be killed: URL, workspace."""

import asyncio
import sys
from dataclasses import replace

from kervan.delivery.run import House, Senders
from kervan.delivery.tasks import keep
from tests.unit.delivery.world import QUICK, VAULT


async def _forever(url: str, workspace: str) -> None:
    rules = replace(QUICK, pace=replace(QUICK.pace, batch=10, desk=10))
    lists = {"tasks": keep.keeper(VAULT)}
    house = House(url, workspace, VAULT, "https://k.example", "tr", rules, lists=lists)
    await Senders(house, {}).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(_forever(*sys.argv[1:3]))
