"""What the SMPP tests share: a line to the SMSC that is closed again, and messages."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

from kervan.delivery.channels.channel import News, Outcome, Outgoing, Problem
from kervan.delivery.channels.sms.smpp import Settings, SmppLine
from kervan.kernel import clock
from kervan.kernel.http import Reach
from tests.simulators.smsc.smsc import PASSWORD, USER, Smsc

TO = "+905321112233"
LIMIT_SECONDS = 60.0
T = TypeVar("T")


def settings(smsc: Smsc, **changed: Any) -> Settings:
    """An account at the SMSC that is quick to bind again."""
    mine: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": smsc.port,
        "system_id": USER,
        "password": PASSWORD,
        "sender": "KERVAN",
        "reconnect_seconds": 0.02,
        "response_seconds": 20.0,
    }
    return Settings(**{**mine, **changed})


def message(text: str = "Salam", to: str = TO) -> Outgoing:
    """A message with this text."""
    return Outgoing(
        key=text,
        message=uuid.uuid4(),
        to=to,
        fields={"text": text},
        marketing=True,
        language="tr",
        expires_at=clock.now() + timedelta(days=2, hours=1, minutes=30, seconds=30),
    )


def with_line(smsc: Smsc, work: Callable[[SmppLine], Awaitable[T]], **changed: Any) -> T:
    """What `work` gives, done with a line that is closed afterwards."""

    async def whole() -> T:
        line = SmppLine(settings(smsc, **changed), Reach.ANYWHERE)
        try:
            async with asyncio.timeout(LIMIT_SECONDS):
                return await work(line)
        finally:
            await line.close()

    return asyncio.run(whole())


async def heard(line: SmppLine, count: int) -> list[News]:
    """The next `count` news."""
    news: list[News] = []
    while len(news) < count:
        news += await line.hear()
    return news


async def at_last(line: SmppLine) -> Outcome:
    """What becomes of a message that is tried until the line is bound again."""
    outcome = await line.send(message())
    for _ in range(1_000):
        if outcome.problem is not Problem.LINE:
            break
        await asyncio.sleep(outcome.retry_after_seconds)
        outcome = await line.send(message())
    return outcome


async def quietly(call: Callable[[], T]) -> T:
    """`call`, which waits, done beside the loop."""
    return await asyncio.to_thread(call)


def sent(smsc: Smsc, text: str, **changed: Any) -> Outcome:
    """What becomes of one message."""
    return with_line(smsc, lambda line: line.send(message(text)), **changed)
