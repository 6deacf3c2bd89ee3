"""Asks for news where a provider's own calls are not to be relied on, from where we were.

What was asked twice is told twice, and counts once.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

import psycopg

from kervan.delivery.accounts import Account
from kervan.delivery.channels.channel import News
from kervan.kernel import clock, log, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Client, Unanswered, Unreachable
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "poll.sql")
_log = log.get("sender")
_FIRST = timedelta(days=1)


class Books:
    """Where an account's questions stand; runs in the thread of the sender's accounts."""

    def __init__(
        self,
        read: Callable[[], Awaitable[datetime]],
        write: Callable[[list[News], datetime], Awaitable[None]],
    ) -> None:
        self.read = read
        self.write = write


async def poll(account: Account, books: Books, every_seconds: float, stop: asyncio.Event) -> None:
    """Ask `account` until `stop` is set; what fails is asked again the next time."""
    asked = account.provider.poll
    assert asked is not None
    client = Client(account.reach)
    try:
        while not stop.is_set():
            at = clock.now()
            try:
                news = await asked(account.settings, client, await books.read())
                await books.write(news, at)
            except (Unreachable, Unanswered, KervanError, psycopg.OperationalError) as error:
                _log.warning("poll_failed", account=account.name, error=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(every_seconds):
                    await stop.wait()
    finally:
        await client.close()


def since(conn: Connection, account: str, at: datetime) -> datetime:
    """From when on news are wanted: the oldest hand-over without an end, or the last question."""
    row = conn.execute(_SQL.since, {"account": account}).fetchone()
    return row[0] if row and row[0] is not None else at - _FIRST


def polled(conn: Connection, account: str, at: datetime) -> None:
    """Note that everything up to `at` was asked for."""
    conn.execute(_SQL.polled, {"account": account, "at": at})
