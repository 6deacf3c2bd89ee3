"""The sender: claims due messages, lets the gate decide, hands over, and keeps the books.

One asyncio loop holds the connections; PostgreSQL work runs in one thread beside it, many
messages a transaction. The order of a hand-over is: claimed, decided, written, journalled on
disk, terminated, answered, booked; a crash between any two leaves the message in one known place.
"""

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol, TypeVar

import psycopg

from kervan.delivery import books, gather
from kervan.delivery.channels.email import CAPABILITIES, NAME, Email
from kervan.delivery.channels.smtp import Mail
from kervan.delivery.desk import Backoff, Desk, Job
from kervan.delivery.journal import Journal, JournalLost, open_journal
from kervan.kernel import clock, log, postgres
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.rest import Rest

_log = log.get("sender")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Pace:
    """How much at once and how often. Idle polls grow from `busy_seconds` to `idle_seconds`.

    What was answered and not yet written down is in doubt after a crash: `busy_seconds` is short.
    """

    batch: int = 500
    desk: int = 1000
    busy_seconds: float = 0.02
    idle_seconds: float = 0.25
    recover_seconds: float = 2.0
    hold_seconds: float = 30.0
    stop_seconds: float = 6.0


@dataclass(frozen=True, slots=True)
class Rules:
    """What a sender does about doubt, deferrals and pace, and where people are by default."""

    doubt: books.DoubtPolicy = field(
        default_factory=lambda: books.DoubtPolicy(CAPABILITIES.doubt_window_seconds)
    )
    backoff: Backoff = field(default_factory=Backoff)
    pace: Pace = field(default_factory=Pace)
    country: str = "TR"


class Composer(Protocol):
    """Turns decided messages into mails."""

    def load(self, conn: postgres.Connection, jobs: list[Job]) -> None:
        """Fetch the templates `jobs` need; runs beside the loop, in the claim's transaction."""

    def write(self, job: Job) -> Mail:
        """One mail; notes the message's own links on the job. Raises KervanError."""


class Sender:
    """Sends one workspace's e-mail until told to stop."""

    def __init__(
        self,
        url: str,
        workspace: str,
        vault: WorkspaceVault,
        email: Email,
        composer: Composer,
        rules: Rules | None = None,
    ) -> None:
        self._url = url
        self._workspace = workspace
        self._vault = vault
        self._pool = email.pool
        self._composer = composer
        self._rules = rules or Rules()
        self._desk = Desk(composer.write, self._rules.backoff)
        self._numbers: list[int] = []  # every sender number this process had
        self._conn: postgres.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sender-books")
        self._recover_at = 0.0
        self._broken = False

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop` is set; a lost database is waited for."""
        pause_seconds = 0.1
        try:
            while not stop.is_set():
                started = clock.monotonic()
                try:
                    await self._live(stop)
                except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                    _log.warning("sender_without_database", error=type(error).__name__)
                except psycopg.Error as error:  # tried again, but no outage: somebody must look
                    _log.error(
                        "sender_books_failed", error=type(error).__name__, sqlstate=error.sqlstate
                    )
                if clock.monotonic() - started > 10:
                    pause_seconds = 0.1
                if not stop.is_set():
                    await _either(stop, pause_seconds)
                    pause_seconds = min(pause_seconds * 2, 2.0)
        finally:
            await self._beside(self._close)
            self._thread.shutdown()

    async def _live(self, stop: asyncio.Event) -> None:
        """One presence, from taking a number to giving it up. Raises psycopg.Error."""
        journal = await open_journal(self._url, self._workspace)
        self._numbers.append(journal.sender)
        self._desk.journal_of = journal
        self._broken = False
        self._recover_at = 0.0
        try:
            # What an earlier presence knows is written before its leftovers are recovered.
            await self._turn(journal.sender, 0)
            self._pool.start(self._desk, self._desk.waiting, self._failed)
            await self._work(journal, stop)
        finally:
            await self._leave(journal)

    async def _leave(self, journal: Journal) -> None:
        self._desk.clear(clock.now(), "delivery.sender_stopped")
        if journal.lost.is_set():
            self._pool.cut()
        await self._pool.stop(self._rules.pace.stop_seconds)
        self._desk.clear(clock.now(), "delivery.sender_stopped")
        with suppress(psycopg.Error):  # kept in memory, and written by the next presence
            await self._turn(journal.sender, 0)
        await journal.close()

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, JournalLost):
            _log.error("connection_failed", error=type(error).__name__, detail=str(error))
        self._broken = True

    async def _work(self, journal: Journal, stop: asyncio.Event) -> None:
        pace = self._rules.pace
        rest = Rest(pace.busy_seconds, pace.idle_seconds, 1.5)
        while not (stop.is_set() or journal.lost.is_set() or self._broken):
            if clock.monotonic() >= self._recover_at:
                await self._beside(lambda: self._recover(journal.sender))
                await journal.check()
                self._recover_at = clock.monotonic() + pace.recover_seconds
            room = pace.desk - self._desk.held() if self._pool.healthy else 0
            if room < pace.batch // 4:
                room = 0  # claims are made in batches, results written at once
            written, jobs = await self._turn(journal.sender, min(room, pace.batch))
            if jobs:
                self._desk.put(jobs)
                self._pool.bring(len(jobs))
            if not self._pool.healthy and self._desk.waiting():
                later = clock.now() + timedelta(seconds=self._pool.retry_seconds)
                self._desk.clear(later, "delivery.provider_unhealthy")
            busy = bool(written or jobs or self._desk.held())
            await _either(stop, rest.after(work=busy))

    async def _turn(self, sender: int, limit: int) -> tuple[int, list[Job]]:
        """Write results down, claim and judge up to `limit` messages, in one transaction."""
        results = self._desk.drain()
        if not results and limit <= 0:
            return 0, []
        try:
            jobs = await self._beside(lambda: self._books(sender, results, limit))
        except BaseException:
            # Written or not, they may be written again: a row counts once.
            self._desk.results[:0] = results
            raise
        return len(results), jobs

    def _books(self, sender: int, results: list[books.Result], limit: int) -> list[Job]:
        at = clock.now()
        jobs: list[Job] = []
        conn = self._connection()
        try:
            if results:
                books.write(conn, self._numbers, results, at)
            claims = books.claim(conn, sender, NAME, limit, at) if limit > 0 else []
            if claims:
                jobs, refused = gather.judge(
                    conn,
                    self._vault,
                    claims,
                    at,
                    healthy=self._pool.healthy,
                    hold_seconds=self._rules.pace.hold_seconds,
                    country=self._rules.country,
                )
                books.write(conn, self._numbers, refused, at)
                self._composer.load(conn, jobs)
            conn.commit()
        except BaseException:
            self._close()
            raise
        return jobs

    def _recover(self, sender: int) -> None:
        at = clock.now()
        conn = self._connection()
        try:
            found = books.recover(conn, sender, at)
            unknown = books.end_doubts(conn, self._rules.doubt, at)
            conn.commit()
        except BaseException:
            self._close()
            raise
        if any(found) or unknown:
            _log.info("recovered", **found._asdict(), doubts_ended=unknown)

    def _connection(self) -> postgres.Connection:
        if self._conn is None or self._conn.closed:
            self._conn = postgres.connect(self._url, workspace=self._workspace)
        return self._conn

    def _close(self) -> None:
        if self._conn is not None:
            self._conn.close()
            self._conn = None

    async def _beside(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


async def _either(stop: asyncio.Event, seconds: float) -> None:
    """Wait until `stop` is set, at most `seconds`."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


async def until_signalled(sender: Sender) -> None:
    """Run `sender` until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await sender.run(stop)
