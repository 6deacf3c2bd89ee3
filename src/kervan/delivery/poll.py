"""Asks for news where a provider's own calls are not to be relied on, from where we were.

What was asked twice is told twice, and counts once.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from kervan.delivery.accounts import Account
from kervan.delivery.channels.channel import Credit, News, Waiting
from kervan.kernel import clock, log, sql
from kervan.kernel.http import Client
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "poll.sql")
_log = log.get("sender")
_FIRST = timedelta(days=1)
_LEFT_SECONDS = 900.0
_FIRST_OF_ALL = uuid.UUID(int=0)
ASKED_AT_ONCE = 20
"""So many messages are asked for in one go: providers answer for one a call."""


class Books:
    """Where an account's questions stand; runs in the thread of the sender's accounts."""

    def __init__(
        self,
        since: Callable[[], Awaitable[datetime]],
        waiting: Callable[[uuid.UUID], Awaitable[Waiting]],
        write: Callable[[list[News], datetime], Awaitable[None]],
        left: Callable[[Credit, datetime], Awaitable[None]],
    ) -> None:
        self.since = since
        self.waiting = waiting
        self.write = write
        self.left = left


def asks(account: Account) -> bool:
    """Whether there is anything to ask its provider."""
    one = account.provider
    return bool(one.poll or one.ask or one.left)


async def poll(account: Account, books: Books, every_seconds: float, stop: asyncio.Event) -> None:
    """Ask `account` until `stop` is set; what fails is asked again the next time."""
    client = Client(account.reach)
    after, look_at = _FIRST_OF_ALL, 0.0
    try:
        while not stop.is_set():
            await _news(account, client, books)
            after = await _words(account, client, books, after)
            if clock.monotonic() >= look_at:
                await _left(account, client, books)
                look_at = clock.monotonic() + _LEFT_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout(every_seconds):
                    await stop.wait()
    finally:
        await client.close()


async def _news(account: Account, client: Client, books: Books) -> None:
    """Everything since the last question."""
    ask = account.provider.poll
    if ask is None:
        return

    async def question() -> None:
        at = clock.now()
        await books.write(await ask(account.settings, client, await books.since()), at)

    await _alone(account, question())


async def _words(account: Account, client: Client, books: Books, after: uuid.UUID) -> uuid.UUID:
    """What became of a few that nobody told of, the next ones each time; gives the last of them."""
    ask = account.provider.ask
    if ask is None:
        return after
    waiting: Waiting = []

    async def question() -> None:
        nonlocal waiting
        waiting = await books.waiting(after)
        if waiting:
            await books.write([*await ask(account.settings, client, waiting)], clock.now())

    await _alone(account, question())
    return waiting[-1][0] if waiting else _FIRST_OF_ALL


async def _left(account: Account, client: Client, books: Books) -> None:
    """What the account has left."""
    ask = account.provider.left
    if ask is None:
        return

    async def question() -> None:
        await books.left(await ask(account.settings, client), clock.now())

    await _alone(account, question())


async def _alone(account: Account, question: Coroutine[Any, Any, None]) -> None:
    """Whatever fails, a provider's own fault too, costs its question and nothing else."""
    said: tuple[BaseException | None] = await asyncio.gather(question, return_exceptions=True)
    failed = said[0]
    if isinstance(failed, BaseException):
        _log.warning("poll_failed", account=account.name, error=type(failed).__name__)


def since(conn: Connection, account: str, at: datetime) -> datetime:
    """From when on news are wanted: the oldest hand-over without an end, or the last question."""
    row = conn.execute(_SQL.since, {"account": account}).fetchone()
    return row[0] if row and row[0] is not None else at - _FIRST


def polled(conn: Connection, account: str, at: datetime) -> None:
    """Note that everything up to `at` was asked for."""
    conn.execute(_SQL.polled, {"account": account, "at": at})
