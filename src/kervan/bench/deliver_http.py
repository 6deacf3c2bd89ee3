"""Bench `deliver`, its part HTTP: hand-overs a second by a provider over aiohttp, signed."""

import asyncio
import base64
import uuid
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import aiohttp
import uvloop

from kervan.bench import state
from kervan.bench.receiver import receiver
from kervan.bench.report import Figure, at_least, fact, note, rate
from kervan.delivery.channels import webhook
from kervan.delivery.channels.channel import Fate, Outgoing
from kervan.kernel import clock
from kervan.kernel.http import Client, Reach

BENCH = "deliver"
_MESSAGES, _WARM = 12_000, 500
_ROUNDS = 3  # the best one counts: neighbours on the machine only ever add
_IN_FLIGHT = 64
_LEAST = 3_000
_SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
_BODY = '{"order": "A-10025", "person": {"first_name": "Günel"}, "items": 3, "total": 1250.5}'

Took = tuple[float, float]
"""Seconds, and CPU seconds of our process."""
Send = Callable[[int], Awaitable[None]]


def figures(*, scale: int = 1, messages: int = _MESSAGES) -> list[Figure]:
    """Hand-overs a second and a CPU second by the webhook provider, each with a signature.

    The floor is aiohttp alone: the same body to the same receiver, not signed, outcomes not judged.
    """
    count = messages * scale
    note(f"handing {_ROUNDS} times {count:,} messages over by HTTP")
    with receiver() as url:
        bare = _best([uvloop.run(_bare(url, count)) for _ in range(_ROUNDS)])
        ours = _best([uvloop.run(_ours(url, count)) for _ in range(_ROUNDS)])
    return [
        at_least(
            BENCH, "http_hand_overs", rate(count, ours[0]), "/s", _LEAST,
            floor=rate(count, bare[0]),
        ),
        fact(
            BENCH, "http_hand_overs_per_cpu", rate(count, ours[1]), "/CPU s",
            floor=rate(count, bare[1]),
        ),
    ]  # fmt: skip


def _best(runs: Sequence[Took]) -> Took:
    return min(runs)


async def _measured(count: int, send: Send) -> Took:
    """`send` each of `count` numbers, `_IN_FLIGHT` at once, after a few that open the lines."""

    async def work(numbers: Sequence[int]) -> None:
        ahead = iter(numbers)

        async def one_after_the_other() -> None:
            for number in ahead:
                await send(number)

        await asyncio.gather(*[one_after_the_other() for _ in range(_IN_FLIGHT)])

    await work(range(_WARM))
    began, cpu = clock.monotonic(), state.own_cpu_seconds()
    await work(range(_WARM, _WARM + count))
    return clock.monotonic() - began, state.own_cpu_seconds() - cpu


async def _ours(url: str, count: int) -> Took:
    client = Client(Reach.ANYWHERE, connections=_IN_FLIGHT)
    line = webhook.PROVIDER.open(webhook.Settings(url=f"{url}/hook", secret=_SECRET), client)
    expires_at = clock.now() + timedelta(days=1)

    async def send(number: int) -> None:
        key = uuid.UUID(int=number)
        out = Outgoing(key, key, "", {"body": _BODY}, False, "az", expires_at)
        sent = await line.send(out)
        if sent.fate is not Fate.ACCEPTED:
            raise RuntimeError(f"the receiver refused: {sent.code}")

    try:
        return await _measured(count, send)
    finally:
        await line.close()
        await client.close()


async def _bare(url: str, count: int) -> Took:
    connector = aiohttp.TCPConnector(limit=_IN_FLIGHT)
    body, headers = _BODY.encode(), {"content-type": "application/json"}
    async with aiohttp.ClientSession(connector=connector) as session:

        async def send(_: int) -> None:
            async with session.post(f"{url}/hook", data=body, headers=headers) as answer:
                await answer.read()

        return await _measured(count, send)
