"""Runs a sender for each channel that has a way out, and keeps in step with the accounts.

An account that is made, changed or switched off takes effect within seconds: its channel's sender
lets what is on its lines come to an answer, and another one goes on. Other channels do not notice.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import psycopg

from kervan.delivery import accounts, handed, hear, poll
from kervan.delivery.accounts import Account
from kervan.delivery.books import DoubtPolicy
from kervan.delivery.channels import email
from kervan.delivery.channels.ads.platform import CHANNEL as ADS
from kervan.delivery.channels.channel import (
    Credit,
    Fate,
    Hears,
    Line,
    News,
    Outcome,
    Outgoing,
    Problem,
    Waiting,
)
from kervan.delivery.channels.pool import LinePool, NoPool
from kervan.delivery.compose import FieldsComposer
from kervan.delivery.compose_text import TextComposer
from kervan.delivery.desk import Job
from kervan.delivery.send import Rules, Sender
from kervan.delivery.spend import report
from kervan.delivery.way import Composer, Keep, Way, open_way
from kervan.kernel import clock, log, postgres
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Client

_log = log.get("sender")
_T = TypeVar("_T")
_LOOK_SECONDS = 2.0
_AGAIN_SECONDS = 1.0
_TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class House:
    """What every sender of this process works with. `language` is the workspace's.

    `lists` are those of our own that providers may keep messages in, by name (Provider.keeps).
    """

    url: str
    workspace: str
    vault: WorkspaceVault
    public_url: str
    language: str
    rules: Rules
    poll_seconds: float = 60.0
    lists: Mapping[str, Keep] = field(default_factory=dict)


class _Running:
    """One channel's sender and the questions of its accounts, with what they were made of."""

    def __init__(
        self, made_of: object, works: Sequence[Callable[[asyncio.Event], Coroutine[Any, Any, None]]]
    ) -> None:
        self.made_of = made_of
        self.stop = asyncio.Event()
        self.tasks = [asyncio.create_task(work(self.stop)) for work in works]

    def check(self) -> None:
        """Raise what one of them ended with."""
        for task in self.tasks:
            if task.done():
                task.result()

    async def end(self) -> None:
        """Let them come to an end."""
        self.stop.set()
        await asyncio.gather(*self.tasks, return_exceptions=True)


class Senders:
    """All senders of one process; `own` makes the ways of channels that need no account."""

    def __init__(self, house: House, own: dict[str, Callable[[], Way[Any]]]) -> None:
        self._house = house
        self._own = own
        self._running: dict[str, _Running] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sender-accounts")

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop` is set; a lost database is waited for."""
        seen: object = None
        try:
            while not stop.is_set():
                try:
                    now = await self._beside(self._look)
                    if now != seen:
                        await self._rearrange(await self._beside(self._accounts))
                        seen = now
                except psycopg.Error as error:
                    _log.warning("sender_without_database", error=type(error).__name__)
                self._check()
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_SECONDS):
                        await stop.wait()
        finally:
            await asyncio.gather(*(one.end() for one in self._running.values()))
            self._thread.shutdown()

    def _check(self) -> None:
        """A sender that ended by an error ends the process, which is started again."""
        for one in self._running.values():
            one.check()

    def _look(self) -> object:
        with postgres.connect(self._house.url, workspace=self._house.workspace) as conn:
            return accounts.changed(conn)

    def _accounts(self) -> list[Account]:
        with postgres.connect(self._house.url, workspace=self._house.workspace) as conn:
            every = accounts.every(conn, self._house.vault)
            # Advertising platforms take no messages: audiences are kept by the worker.
            return [one for one in every if one.enabled and one.provider.channel != ADS]

    async def _rearrange(self, found: list[Account]) -> None:
        channels = {one.provider.channel for one in found} | set(self._own)
        wanted = {
            channel: [one for one in found if one.provider.channel == channel]
            for channel in channels
        }
        for channel, running in list(self._running.items()):
            if running.made_of != wanted.get(channel):
                await running.end()
                del self._running[channel]
        for channel, mine in wanted.items():
            if channel not in self._running:
                polled = [one for one in mine if poll.asks(one)]
                works = [self._sender(channel, mine).run, *map(self._poll, polled)]
                self._running[channel] = _Running(mine, works)
                names = [one.name for one in mine]
                _log.info("sending", channel=channel, accounts=names)

    def _sender(self, channel: str, mine: Sequence[Account]) -> Sender:
        house = self._house
        ways = [self._own[channel]()] if channel in self._own else []
        # What is in doubt at one account must never go by another: with several it stays so.
        alone = len(mine) + len(ways) == 1
        ways += [self._way(one, again=alone) for one in mine]
        window = max(one.able.in_doubt_seconds for one in ways)
        rules = house.rules
        if not rules.doubt.send_again and mine:
            rules = replace(rules, doubt=DoubtPolicy(window))
        return Sender(house.url, house.workspace, house.vault, channel, ways, rules)

    def _way(self, account: Account, *, again: bool) -> Way[Outgoing]:
        house = self._house
        if account.provider.keeps:
            return self._list(account)
        able = replace(account.able, idempotent=account.able.idempotent and again)
        pool = LinePool(
            account.name, lambda: self._line(account), able, lambda news: self._heard(account, news)
        )
        composer: Composer[Outgoing] = TextComposer(house.vault, house.public_url, house.language)
        if account.provider.channel == email.NAME:
            composer = FieldsComposer(house.vault, house.public_url)
        way = open_way(
            account.name, pool, composer, able, house.rules.backoff, account.provider.takes
        )
        if account.provider.parts is not None:
            way.parts = _counting(account, composer)
        return way

    def _list(self, account: Account) -> Way[Outgoing]:
        house = self._house
        composer = TextComposer(house.vault, house.public_url, house.language)
        way = open_way(account.name, NoPool(), composer, account.able, house.rules.backoff)
        way.keep = house.lists[account.provider.keeps]
        return way

    def _line(self, account: Account) -> Line:
        client = Client(
            account.reach, timeout_seconds=_TIMEOUT_SECONDS, connections=account.able.in_flight
        )
        try:
            line = account.provider.open(account.settings, client)
        except KervanError as error:
            _log.error("account_unusable", account=account.name, problem=error.code)
            return _Closing(_Unusable(error.code), client)
        if isinstance(line, Hears):
            return _Hearing(line, client)
        return _Closing(line, client)

    async def _heard(self, account: Account, news: list[News]) -> None:
        """Keep `news`, however long the database is away: the line waits for it."""
        while True:
            try:
                await self._beside(lambda: self._write(account, news))
            except psycopg.OperationalError as error:
                _log.warning("news_wait", account=account.name, error=type(error).__name__)
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                return

    def _poll(self, account: Account) -> Callable[[asyncio.Event], Coroutine[Any, Any, None]]:
        async def since() -> datetime:
            return await self._beside(lambda: self._since(account))

        async def waiting(after: UUID) -> Waiting:
            return await self._beside(lambda: self._waiting(account, after))

        async def write(news: list[News], at: datetime) -> None:
            await self._heard(account, news)
            await self._beside(lambda: self._polled(account, at))

        async def left(credit: Credit, at: datetime) -> None:
            await self._beside(lambda: self._left(account, credit, at))

        async def work(stop: asyncio.Event) -> None:
            await poll.poll(
                account, poll.Books(since, waiting, write, left), self._house.poll_seconds, stop
            )

        return work

    def _since(self, account: Account) -> datetime:
        with postgres.connect(self._house.url, workspace=self._house.workspace) as conn:
            return poll.since(conn, account.name, clock.now())

    def _waiting(self, account: Account, after: UUID) -> Waiting:
        with postgres.connect(self._house.url, workspace=self._house.workspace) as conn:
            most = poll.ASKED_AT_ONCE
            return handed.outstanding(conn, account.name, after, clock.now(), most)

    def _polled(self, account: Account, at: datetime) -> None:
        with postgres.connect(self._house.url, workspace=self._house.workspace) as conn:
            poll.polled(conn, account.name, at)

    def _left(self, account: Account, credit: Credit, at: datetime) -> None:
        with postgres.connect(self._house.url, workspace=self._house.workspace) as conn:
            report.keep_balance(conn, account.name, credit.amount, credit.unit, at)

    def _write(self, account: Account, news: list[News]) -> None:
        house = self._house
        with postgres.connect(house.url, workspace=house.workspace) as conn:
            hear.hear(
                conn, house.vault, account.name, account.provider.channel, news,
                house.rules.ground, clock.now(),
            )  # fmt: skip

    async def _beside(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _counting(account: Account, composer: Composer[Outgoing]) -> Callable[[Job], int]:
    """In how many parts an account says a message: it is written once more for that."""
    parts_of = account.provider.parts
    assert parts_of is not None

    def parts(job: Job) -> int:
        try:
            made = composer.write(job)
        except KervanError:  # it fails again where it is written to be sent, and ends there
            return 1
        return max(1, parts_of(account.settings, made.to, made.fields))

    return parts


class _Closing:
    """A line that closes its client with it."""

    def __init__(self, line: Line, client: Client) -> None:
        self._line = line
        self._client = client
        self.send = line.send

    async def close(self) -> None:
        """Hang up."""
        await self._line.close()
        await self._client.close()


class _Hearing(_Closing):
    """The same for a line that is heard."""

    def __init__(self, line: "Any", client: Client) -> None:
        super().__init__(line, client)
        self.hear = line.hear


class _Unusable:
    """An account whose settings cannot work: everything waits until they are changed."""

    def __init__(self, code: str) -> None:
        self._code = code

    async def send(self, _: Outgoing) -> Outcome:
        """Never sends."""
        return Outcome(Fate.DEFERRED, Problem.ACCOUNT, self._code)

    async def close(self) -> None:
        """Nothing is open."""
