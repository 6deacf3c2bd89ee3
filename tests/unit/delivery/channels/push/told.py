"""Messages for the tests of push, and the way to send one."""

import asyncio
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from kervan.delivery.channels.channel import Line, Outcome, Outgoing
from kervan.kernel.http import Client, Reach

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FIELDS = {
    "title": "İndirim başladı",
    "body": "Sepetindeki ürün %20 ucuz",
    "url": "https://shop.example/sepet",
}


def outgoing(
    to: str, *, marketing: bool = True, hours: float = 1, start: datetime = NOW, **fields: str
) -> Outgoing:
    """One message with these fields over the usual ones; "" leaves one out."""
    return Outgoing(
        key="k",
        message=uuid.UUID("0199d2a0-0000-7000-8000-000000000001"),
        to=to,
        fields={**FIELDS, **fields},
        marketing=marketing,
        language="tr",
        expires_at=start + timedelta(hours=hours),
    )


def sent(
    make: Callable[[Client], Line],
    *steps: Outgoing | Callable[[], object],
    reach: Reach = Reach.ANYWHERE,
) -> list[Outcome]:
    """What one line says of messages sent one after the other; what is no message is done."""

    async def run() -> list[Outcome]:
        http = Client(reach)
        try:
            line = make(http)
            outcomes = []
            for step in steps:
                if isinstance(step, Outgoing):
                    outcomes.append(await line.send(step))
                else:
                    step()
            await line.close()
            return outcomes
        finally:
            await http.close()

    return asyncio.run(run())


class Clock:
    """A clock that stands until it is told."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def forward(self, hours: float) -> Callable[[], None]:
        """A step that lets time pass."""

        def step() -> None:
            self.at += timedelta(hours=hours)

        return step

    def seconds(self) -> float:
        """The same as a number, for simulators."""
        return self.at.timestamp()


def pick(outcome: Outcome) -> tuple[Any, ...]:
    """What a test mostly asks of an outcome."""
    return outcome.fate.value, outcome.problem.value, outcome.code
