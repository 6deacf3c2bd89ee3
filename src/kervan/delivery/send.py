"""The sender: claims due messages, lets the gate decide, hands over, and keeps the books.

A sender has one channel and one or more ways out of it (way.py), the first wanted first. One
asyncio loop holds the connections; PostgreSQL work runs in one thread beside it, many messages a
transaction. The order of a hand-over is: claimed, decided, written, journalled on
disk, terminated, answered, booked; a crash between any two leaves the message in one known place.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import psycopg

from kervan.delivery import books, coupons, gather, handed, hear, keep, way
from kervan.delivery.archive.keep import Archive, Said
from kervan.delivery.channels.channel import Capabilities
from kervan.delivery.desk import REFUSED, Backoff, Result
from kervan.delivery.handed import Ended, Handed
from kervan.delivery.inbound import Ground
from kervan.delivery.journal import Journal, JournalLost, open_journal
from kervan.delivery.mail import reports
from kervan.delivery.pacing.govern import Governor
from kervan.delivery.speak import Languages
from kervan.delivery.spend import reserve
from kervan.delivery.way import Shared, Way
from kervan.kernel import clock, log, postgres
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.rest import Rest

_log = log.get("sender")
_T = TypeVar("_T")
_FORGET_SECONDS = 3600.0


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
        default_factory=lambda: books.DoubtPolicy(Capabilities().doubt_window_seconds)
    )
    backoff: Backoff = field(default_factory=Backoff)
    pace: Pace = field(default_factory=Pace)
    ground: Ground = field(default_factory=lambda: Ground("TR", "Europe/Istanbul"))


class Sender:
    """Sends one workspace's messages of one channel until told to stop."""

    def __init__(
        self,
        url: str,
        workspace: str,
        vault: WorkspaceVault,
        channel: str,
        ways: Sequence[Way[Any]],
        rules: Rules | None = None,
    ) -> None:
        self._url = url
        self._workspace = workspace
        self._vault = vault
        self._channel = channel
        self._rules = rules or Rules()
        self._ways = tuple(ways)
        self._numbers: list[int] = []  # every sender number this process had
        self._languages = Languages()
        self._archive = Archive(vault)
        zone = self._rules.ground.zone
        self._govern = Governor(zone) if channel == reports.CHANNEL else None
        self._kept: list[Result] = []  # what a lost database did not take
        self._conn: postgres.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sender-books")
        self._recover_at = 0.0
        self._forget_at = 0.0
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
        journal = await open_journal(self._url, self._workspace, self._channel)
        self._numbers.append(journal.sender)
        for one in self._ways:
            one.desk.journal_of = journal
            one.desk.hears = self._govern.heard if self._govern else None
        self._broken = False
        self._recover_at = 0.0
        try:
            # What an earlier presence knows is written before its leftovers are recovered.
            await self._turn(journal.sender, 0)
            for one in self._ways:
                one.pool.start(one.desk, self._failed)
            await self._work(journal, stop)
        finally:
            await self._leave(journal)

    async def _leave(self, journal: Journal) -> None:
        self._clear("delivery.sender_stopped")
        if journal.lost.is_set():
            for one in self._ways:
                one.pool.cut()
        await asyncio.gather(*(one.pool.stop(self._rules.pace.stop_seconds) for one in self._ways))
        self._clear("delivery.sender_stopped")
        with suppress(psycopg.Error):  # kept in memory, and written by the next presence
            await self._turn(journal.sender, 0)
        await journal.close()

    def _clear(self, reason: str) -> None:
        for one in self._ways:
            one.desk.clear(clock.now(), reason)

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
            written, shared = await self._turn(journal.sender, self._room())
            for one, jobs in shared:
                if self._govern:
                    self._govern.went_out(jobs)
                one.desk.put(jobs)
                one.pool.bring(len(jobs))
            self._give_back()
            busy = bool(written or shared or any(one.desk.held() for one in self._ways))
            await _either(stop, rest.after(work=busy))

    def _room(self) -> int:
        """How many messages to claim: in batches, so 0 until there is room for some."""
        pace = self._rules.pace
        rooms = [(one.most(pace.desk), one.room(pace.desk)) for one in self._ways]
        for most, room in rooms:
            if room >= min(pace.batch, most) // 4 and room > 0:
                return min(sum(room for _, room in rooms), pace.batch)
        return 0

    def _give_back(self) -> None:
        """What waits for a way that rests goes another way at once, or is tried again later."""
        for one in self._ways:
            if not one.pool.healthy and one.desk.waiting():
                others = any(other.pool.healthy for other in self._ways)
                later = timedelta(seconds=0 if others else one.pool.retry_seconds)
                one.desk.clear(clock.now() + later, "delivery.provider_unhealthy")

    async def _turn(self, sender: int, limit: int) -> tuple[int, Shared]:
        """Write results down, claim and judge up to `limit` messages, in one transaction."""
        results = self._kept + [result for one in self._ways for result in one.desk.drain()]
        self._kept = []
        if not results and limit <= 0:
            return 0, []
        try:
            shared = await self._beside(lambda: self._books(sender, results, limit))
        except BaseException:
            # Written or not, they may be written again: a row counts once.
            self._kept = results
            raise
        if self._govern:
            self._govern.came_back([one for one in results if not isinstance(one, Said)])
        return sum(not isinstance(one, Said) for one in results), shared

    def _books(self, sender: int, results: list[Result], limit: int) -> Shared:
        at = clock.now()
        shared: Shared = []
        conn = self._connection()
        try:
            gone = self._write(conn, results, at) if results else []
            claims = books.claim(conn, sender, self._channel, limit, at) if limit > 0 else []
            if claims:
                shared, listed = self._decide(conn, claims, at)
                gone += listed
            reserve.settle(conn, gone)
            conn.commit()
        except BaseException:
            self._close()
            raise
        return shared

    def _write(self, conn: postgres.Connection, results: list[Result], at: datetime) -> list[UUID]:
        """Write down what became of messages, and what providers told over our own lines.

        Gives those that are gone, to be settled when all else is done: every sender adds to the
        same sums, and nothing may be waited for behind them.
        """
        self._archive.keep(conn, [one for one in results if isinstance(one, Said)])
        handed_over = [one for one in results if isinstance(one, Handed)]
        others = [one for one in results if not isinstance(one, Handed | Said)]
        books.write(conn, self._numbers, others, at)
        if self._govern:
            self._govern.tally(conn, self._numbers[0], [*handed_over, *others])
        ended = handed.hand(conn, self._numbers, handed_over, at)
        ended += [
            Ended(one.claim.subject, one.state, gone=False, refused=True)
            for one in others
            if isinstance(one, books.End) and one.reason == REFUSED
        ]
        coupons.settle(conn, _ended(results), at)
        hear.follow_up(conn, self._vault, ended, self._rules.ground, at)
        return _ended(results)

    def _decide(
        self, conn: postgres.Connection, claims: list[books.Claim], at: datetime
    ) -> tuple[Shared, list[UUID]]:
        """Judge `claims`, and share what may go among the ways; gives also what is gone already."""
        jobs, refused = gather.judge(
            conn,
            self._vault,
            claims,
            at,
            healthy=any(one.pool.healthy for one in self._ways),
            hold_seconds=self._rules.pace.hold_seconds,
            country=self._rules.ground.country,
        )
        self._languages.settle(conn, jobs)
        desk = self._rules.pace.desk
        shared, not_now = way.share(self._ways, jobs, desk, at)
        if self._govern:
            shared, later = self._govern.fit(conn, self._ways, shared, desk, at)
            not_now += later
        books.write(conn, self._numbers, refused + not_now, at)
        for one, mine in shared:
            one.load(conn, mine)
        shared, over = reserve.reserve(conn, self._rules.ground.zone, shared, at)
        books.write(conn, self._numbers, over, at)
        gone: list[UUID] = []
        for one, mine in shared:
            if one.keep is not None:
                gone += self._write(conn, keep.keep(conn, one, mine, at), at)
        return [pair for pair in shared if pair[0].keep is None], gone

    def _recover(self, sender: int) -> None:
        at = clock.now()
        conn = self._connection()
        try:
            found = books.recover(conn, sender, at)
            unknown = books.end_doubts(conn, self._rules.doubt, at)
            overdue = handed.end_overdue(conn, at)
            ended = handed.catch_up(conn, at)
            coupons.sweep(conn, at)
            if clock.monotonic() >= self._forget_at:
                handed.forget(conn, at)
                self._forget_at = clock.monotonic() + _FORGET_SECONDS
            hear.follow_up(conn, self._vault, ended, self._rules.ground, at)
            reports.settle(conn, self._vault, self._rules.ground, at)
            if self._govern:
                self._govern.watch(conn, at)
            reserve.sweep(conn)
            conn.commit()
        except BaseException:
            self._close()
            raise
        if any(found) or unknown or overdue:
            told = {"doubts_ended": unknown, "without_receipt": overdue}
            _log.info("recovered", **found._asdict(), **told)

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


def _ended(results: list[Result]) -> list[UUID]:
    return [one.claim.subject.message for one in results if isinstance(one, books.End | Handed)]


async def _either(stop: asyncio.Event, seconds: float) -> None:
    """Wait until `stop` is set, at most `seconds`."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


async def until_signalled(run: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run(stop)
