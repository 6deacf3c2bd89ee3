"""A sender's presence and its journal: each hand-over durable just before it is irrevocable.

One PostgreSQL session holds the sender's advisory lock and writes the journal. While it lives
nobody recovers the sender's messages; when it is gone nothing can be journalled, so nothing leaves.
Hand-overs that come while a commit is under way travel together in the next one (group commit).
"""

import asyncio
import uuid
from dataclasses import dataclass

import psycopg

from kervan.delivery import books
from kervan.delivery.channels.channel import WITHHELD, LineLost
from kervan.kernel import clock, log, postgres, sql
from kervan.kernel.arrays import Int4s, Int8s, Texts, Uuids

_SQL = sql.load(__package__, "send.sql")
_log = log.get("sender")


@dataclass(slots=True)
class _Entry:
    message: uuid.UUID
    attempt: int
    consent_event: int
    links: str
    contact: bytes
    seen: int
    account: str
    done: asyncio.Future[None]


class JournalLost(Exception):
    """The session is gone; nothing may be handed over until there is a new one."""


class Journal:
    """One presence; `sender` is its number. Made by `open_journal`."""

    def __init__(
        self, conn: postgres.AsyncConnection, sender: int, channel: str, gather_seconds: float
    ) -> None:
        self.sender = sender
        self._channel = channel
        self.lost = asyncio.Event()
        self._conn = conn
        self._gather_seconds = gather_seconds
        self._entries: list[_Entry] = []
        self._answers: list[tuple[uuid.UUID, int, str]] = []
        self._some = asyncio.Event()
        self._task = asyncio.create_task(self._write())

    def record(
        self,
        message: uuid.UUID,
        attempt: int,
        consent_event: int,
        links: str,
        contact: bytes = b"",
        seen: int = 0,
        account: str = "",
    ) -> asyncio.Future[None]:
        """Done when the hand-over is on disk; fails with JournalLost when it may not be.

        Fails with LineLost(WITHHELD) for a message that was taken back since it was claimed: it
        must not leave, and only a cut line keeps a mail back whose content is on its way. So it
        does when `contact` (a blind hash, b"" for what needs no consent) refused something after
        row `seen` of the ledger, the last that the gate saw: the gate judges the message anew.
        `account` is whose receipt will end it, "" where there is none.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.lost.is_set():
            done.set_exception(JournalLost())
            return done
        self._entries.append(
            _Entry(message, attempt, consent_event, links, contact, seen, account, done)
        )
        self._some.set()
        return done

    def answered(self, message: uuid.UUID, attempt: int, answer: str) -> None:
        """The other side accepted: on disk with the next hand-over, or soon in the books."""
        self._answers.append((message, attempt, answer))

    async def _write(self) -> None:
        try:
            while True:
                await self._some.wait()
                # A moment's patience lets the other connections come along in the same commit.
                await asyncio.sleep(self._gather_seconds)
                entries, self._entries = self._entries, []
                self._some.clear()
                try:
                    withheld = await self._insert(entries)
                except BaseException:
                    self._entries = entries + self._entries
                    raise
                for one in entries:
                    if one.done.done():
                        continue
                    if one.message in withheld:
                        one.done.set_exception(LineLost(WITHHELD))
                    else:
                        one.done.set_result(None)
        except psycopg.Error as error:
            _log.warning("journal_lost", sender=self.sender, error=type(error).__name__)
        finally:
            self._fail()

    async def _insert(self, entries: list[_Entry]) -> set[uuid.UUID]:
        answers, self._answers = self._answers, []
        agreed = [one for one in entries if one.contact]
        rows = await self._conn.execute(
            _SQL.journal,
            {
                "messages": Uuids(one.message.bytes for one in entries),
                "attempts": Int4s([one.attempt for one in entries]),
                "consents": Int8s([one.consent_event for one in entries]),
                "links": Texts(one.links for one in entries),
                "accounts": Texts(one.account for one in entries),
                "at": clock.now(),
                "channel": self._channel,
                "agreed": Uuids(one.message.bytes for one in agreed),
                "contacts": Uuids(one.contact for one in agreed),
                "seen": Int8s([one.seen for one in agreed]),
                "answered": Uuids(message.bytes for message, _, _ in answers),
                "answered_attempts": Int4s([attempt for _, attempt, _ in answers]),
                "answers": Texts(answer for _, _, answer in answers),
            },
        )
        return {message for (message,) in await rows.fetchall()}

    def _fail(self) -> None:
        self.lost.set()
        for one in self._entries:
            if not one.done.done():
                one.done.set_exception(JournalLost())
        self._entries = []

    async def check(self) -> None:
        """Ask the session whether it lives; `lost` is set when it does not."""
        try:
            await self._conn.execute(_SQL.alive)
        except psycopg.Error as error:
            _log.warning("journal_lost", sender=self.sender, error=type(error).__name__)
            self._fail()

    async def close(self) -> None:
        """End the presence."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._conn.close()


async def open_journal(
    url: str, workspace: str, channel: str, gather_seconds: float = 0.001
) -> Journal:
    """Take a number, be present under it, and be ready to journal. Raises psycopg.Error."""
    conn = await postgres.connect_async(url, autocommit=True, workspace=workspace)
    try:
        # The journal is worth nothing if a crash of the database forgets it.
        await conn.execute("set synchronous_commit to on")
        sender = await _one(conn, _SQL.new_sender, {})
        while not await _one(conn, _SQL.be_present, {"place": books.PRESENCE, "sender": sender}):
            sender = await _one(conn, _SQL.new_sender, {})
    except BaseException:
        await conn.close()
        raise
    return Journal(conn, int(sender), channel, gather_seconds)


async def _one(conn: postgres.AsyncConnection, statement: str, params: dict[str, object]) -> int:
    row = await (await conn.execute(statement, params)).fetchone()
    assert row is not None
    return int(row[0])
