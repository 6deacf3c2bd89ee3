"""Asking providers: what fails costs its own question, and the next ones are asked all the same."""

import asyncio
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from kervan.delivery import poll as polling
from kervan.delivery.accounts import Account
from kervan.delivery.channels.channel import (
    Capabilities,
    Credit,
    Line,
    News,
    Provider,
    Receipt,
    Waiting,
)
from kervan.kernel.http import Client, Unanswered
from kervan.kernel.postgres import Connection

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
IDS = [uuid.UUID(int=number) for number in range(1, 51)]


class Settings(msgspec.Struct, frozen=True):
    """Nothing to set."""


class Asked:
    """A provider that says what it is told to and notes what it was asked."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.since: list[datetime] = []
        self.waiting: list[Sequence[uuid.UUID]] = []
        self.told: list[News] = []
        self.left: list[Credit] = []
        self.stop = asyncio.Event()

    async def poll(self, _: Any, __: Client, since: datetime) -> list[News]:
        """News, unless there is a fault left."""
        self.since.append(since)
        if self.faults:
            raise self.faults.pop(0)
        return [Receipt("delivered", AT, f"news {len(self.since)}")]

    async def ask(self, _: Any, __: Client, waiting: Waiting) -> list[Receipt]:
        """Everything it is asked for has arrived."""
        self.waiting.append([message for message, _ in waiting])
        if len(self.waiting) == 4:
            self.stop.set()
        return [Receipt("delivered", AT, message=message) for message, _ in waiting]

    async def credit(self, _: Any, __: Client) -> Credit:
        """Enough."""
        return Credit("12.5", "TRY")

    def open(self, _: Any, __: Client) -> Line:
        """Never opened here."""
        raise AssertionError

    def account(self) -> Account:
        """An account of it."""
        provider = Provider(
            name="asked", channel="sms", settings=Settings, capabilities=Capabilities(),
            open=self.open, poll=self.poll, ask=self.ask, left=self.credit,
        )  # fmt: skip
        return Account("asked", provider, Settings(), 0, Capabilities(), False, True, AT)

    def books(self) -> polling.Books:
        """Fifty messages wait, asked for some at a time."""

        async def since() -> datetime:
            return AT

        async def waiting(after: uuid.UUID) -> Waiting:
            some = [one for one in IDS if one > after][: polling.ASKED_AT_ONCE]
            return [(one, "") for one in some]

        async def write(news: list[News], _: datetime) -> None:
            self.told += news

        async def left(credit: Credit, _: datetime) -> None:
            self.left.append(credit)

        return polling.Books(since, waiting, write, left)


def test_a_fault_costs_one_question_and_all_that_wait_are_asked_for_in_turn() -> None:
    async def main() -> Asked:
        asked = Asked(ValueError("a bug"), Unanswered("x"))
        async with asyncio.timeout(20):
            await polling.poll(asked.account(), asked.books(), 0.001, asked.stop)
        return asked

    asked = asyncio.run(main())
    assert len(asked.since) == 5
    assert asked.left == [("12.5", "TRY")], "every quarter of an hour"
    news = [one for one in asked.told if isinstance(one, Receipt) and one.reference]
    assert [one.reference for one in news] == ["news 3", "news 4", "news 5"]
    assert [len(some) for some in asked.waiting] == [20, 20, 10, 20], "then from the first again"
    assert asked.waiting[0] + asked.waiting[1] + asked.waiting[2] == IDS


def test_news_are_wanted_since_the_oldest_that_waits(postgres: Connection) -> None:
    assert polling.since(postgres, "acme", AT) == AT - timedelta(days=1)
    polling.polled(postgres, "acme", AT)
    assert polling.since(postgres, "acme", AT + timedelta(hours=1)) == AT
    postgres.execute(
        "insert into message_handed (message, account, handed_at, until) values (%s, %s, %s, %s)",
        (uuid.uuid4(), "acme", AT - timedelta(hours=5), AT),
    )
    assert polling.since(postgres, "acme", AT) == AT - timedelta(hours=5)
    assert polling.since(postgres, "other", AT) == AT - timedelta(days=1)
