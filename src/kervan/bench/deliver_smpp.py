"""Bench `deliver`, its part SMPP: submits a second on one bind, with every receipt heard."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple

import psutil
import smpp34

from kervan.bench.report import Figure, at_least, fact, note, rate
from kervan.bench.smsc import smsc
from kervan.delivery.channels.channel import Fate, Outgoing, Receipt
from kervan.delivery.channels.sms.smpp import Settings, SmppLine
from kervan.kernel import clock
from kervan.kernel.http import Reach

BENCH = "deliver"
_MESSAGES, _WARM = 6_000, 500
_ROUNDS = 3  # the best one counts: neighbours on the machine only ever add
_WINDOW = 50
_LEAST_SUBMITS = 1_000
_LIMIT_SECONDS = 60.0
_TEXT = "Salam, sifarişiniz yola çıxdı. Təhvil kodu: {code:05}"
_FOLDED = "Salam, sifarisiniz yola \tixdi. Tehvil kodu: {code:05}"
"""The same for the bare client, which neither folds nor splits: 0x09 is the alphabet's Ç."""
_TO = "905321112233"


class Run(NamedTuple):
    """One round: submits with their receipts, seconds it took, and CPU seconds of our process."""

    submits: int
    seconds: float
    cpu_seconds: float


Work = Callable[[int, int], Awaitable[Run]]
"""A round at an SMSC's port, of so many messages."""


def figures(*, scale: int = 1, messages: int = _MESSAGES) -> list[Figure]:
    """Submits a second and a CPU second; the floor is smpp34's own client in the same run.

    That client keeps no outcomes, counts no parts and forgets its receipts.
    """
    count = messages * scale
    note(f"submitting {_ROUNDS} times {count:,} messages over SMPP, with receipts")
    with smsc() as port:
        bare = _best([_round(_bare, port, count) for _ in range(_ROUNDS)])
        ours = _best([asyncio.run(_limited(_ours, port, count)) for _ in range(_ROUNDS)])
    assert ours is not None
    wall, cpu = rate(ours.submits, ours.seconds), rate(ours.submits, ours.cpu_seconds)
    floor = rate(bare.submits, bare.seconds) if bare else None
    cpu_floor = rate(bare.submits, bare.cpu_seconds) if bare else None
    return [
        at_least(BENCH, "smpp_submits", wall, "/s", _LEAST_SUBMITS, floor=floor),
        fact(BENCH, "smpp_submits_per_cpu", cpu, "/CPU s", floor=cpu_floor),
    ]


def _best(runs: Sequence[Run | None]) -> Run | None:
    return min([one for one in runs if one], key=lambda one: one.seconds, default=None)


def _round(work: Work, port: int, count: int) -> Run | None:
    """A round of the bare client; None when it lost a response, which it cannot tell from a no."""
    try:
        return asyncio.run(_limited(work, port, count))
    except (smpp34.SmppError, TimeoutError):
        note("smpp34's client lost a response; that round of the floor does not count")
        return None


async def _limited(work: Work, port: int, count: int) -> Run:
    async with asyncio.timeout(_LIMIT_SECONDS):
        return await work(port, count)


def _cpu_seconds() -> float:
    """CPU time of this process with all its threads, also those of Rust."""
    times = psutil.Process().cpu_times()
    return times.user + times.system


async def _measured(
    count: int, submit: Callable[[int], Awaitable[None]], hear: Callable[[int], Awaitable[None]]
) -> Run:
    """`submit` each of `count` numbers, as many at once as the window has, and `hear` as many."""
    numbers = iter(range(count))

    async def work() -> None:
        for number in numbers:
            await submit(number)

    began, cpu = clock.monotonic(), _cpu_seconds()
    await asyncio.gather(hear(count), *[work() for _ in range(_WINDOW)])
    return Run(count, clock.monotonic() - began, _cpu_seconds() - cpu)


async def _ours(port: int, count: int) -> Run:
    settings = Settings(
        host="127.0.0.1", port=port, system_id="bench", sender="KERVAN", window=_WINDOW, fold="gsm"
    )
    line = SmppLine(settings, Reach.ANYWHERE)
    expires_at = clock.now() + timedelta(days=1)

    async def submit(number: int) -> None:
        text = {"text": _TEXT.format(code=number % 100_000)}
        key = uuid.UUID(int=number)
        sent = await line.send(Outgoing(key, key, f"+{_TO}", text, False, "az", expires_at))
        if sent.fate is not Fate.ACCEPTED:
            raise RuntimeError(f"the SMSC refused: {sent.code}")

    async def hear(wanted: int) -> None:
        heard = 0
        while heard < wanted:
            heard += sum(isinstance(news, Receipt) for news in await line.hear())

    try:
        await _measured(_WARM, submit, hear)
        return await _measured(count, submit, hear)
    finally:
        await line.close()


async def _bare(port: int, count: int) -> Run:
    client = smpp34.Client("127.0.0.1", port, "bench", "", window_size=_WINDOW)
    session = await client.connect()

    async def submit(number: int) -> None:
        text = _FOLDED.format(code=number % 100_000).encode("ascii")
        await session.submit_sm(_TO, text, source_addr="KERVAN", registered_delivery=1)

    async def hear(wanted: int) -> None:
        for _ in range(wanted):
            await session.next()

    try:
        await _measured(_WARM, submit, hear)
        return await _measured(count, submit, hear)
    finally:
        with suppress(smpp34.SmppError):
            await session.unbind()
