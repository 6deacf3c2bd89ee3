"""The durable door: bodies are on disk before anybody is told that they arrived.

Bodies that arrive while a commit is under way travel together in the next one (group commit), so
a thousand small requests cost a few dozen writes. A lost answer from PostgreSQL is answered by
writing again: a body stored twice is caught by the events' message ids.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

import msgspec
import psycopg

from kervan.kernel import clock, compress, log, postgres, sql
from kervan.kernel.crypto import Vault

_SQL = sql.load(__package__, "intake.sql")
_log = log.get("intake")
_PLAIN, _SEALED = b"\0", b"\1"
_ROW_BYTES = 2_000_000


class Overloaded(Exception):
    """More is waiting than may wait; the sender should come back in `retry_seconds`."""

    def __init__(self, retry_seconds: int = 2) -> None:
        super().__init__("intake is full")
        self.retry_seconds = retry_seconds


class Body(msgspec.Struct, array_like=True, gc=False):
    """One body as it arrived, unpacked: whose, when (ms), from which address.

    `told` says that its events were processed before and only history lacks them.
    """

    source: int
    received_ms: int
    ip: str
    body: bytes
    told: bool = False


@dataclass(slots=True, eq=False)
class _Waiting:
    workspace: int
    body: Body
    events: int
    bulk: bool
    done: asyncio.Future[None]


def pack(vault: Vault, day: date, bodies: list[Body]) -> bytes:
    """Bodies as one intake row's `body`: compressed, then sealed under the key of `day`."""
    return _SEALED + vault.seal_intake(day, compress.pack(msgspec.msgpack.encode(bodies)))


def unpack(vault: Vault, day: date, packed: bytes) -> list[Body]:
    """The bodies of one intake row."""
    plain = vault.open_intake(day, packed[1:]) if packed[:1] == _SEALED else packed[1:]
    return msgspec.msgpack.decode(compress.unpack(plain), type=list[Body])


class AsyncIntake:
    """Writes bodies for the HTTP edge; `append` returns only when PostgreSQL has them on disk."""

    def __init__(
        self,
        url: str,
        vault: Vault,
        *,
        limit_bytes: int = 64_000_000,
        writers: int = 2,
        patience_seconds: float = 10.0,
    ) -> None:
        self._url = url
        self._vault = vault
        self._limit_bytes = limit_bytes
        self._patience = patience_seconds
        self._waiting: deque[_Waiting] = deque()
        self._bytes = 0
        self._some = asyncio.Event()
        self._writer_count = writers
        self._writers: list[asyncio.Task[None]] = []
        self._stopping = False

    async def start(self) -> None:
        """Begin writing."""
        self._writers = [asyncio.create_task(self._write()) for _ in range(self._writer_count)]

    async def stop(self) -> None:
        """Write what is waiting, then close."""
        self._stopping = True
        self._some.set()
        await asyncio.gather(*self._writers, return_exceptions=True)

    async def append(
        self,
        workspace: int,
        source: int,
        body: bytes,
        received_ms: int,
        ip: str,
        events: int = 1,
        *,
        bulk: bool = False,
    ) -> None:
        """Keep one body; returns when it is durable. `bulk` waits behind what happens now.

        Raises Overloaded when too much is waiting or the database does not answer in time.
        """
        size = len(body) + 200
        if self._bytes + size > self._limit_bytes or self._stopping:
            raise Overloaded
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._bytes += size
        mine = _Waiting(workspace, Body(source, received_ms, ip, body), events, bulk, done)
        self._waiting.append(mine)
        self._some.set()
        try:
            async with asyncio.timeout(self._patience):
                await done
        except TimeoutError:
            raise Overloaded(5) from None
        finally:
            self._bytes -= size
            if done.cancelled():
                # Nobody waits for it any more, and the writers may hang for long: let go of it.
                # The longest waiting stands first, so this looks at one or two.
                with suppress(ValueError):
                    self._waiting.remove(mine)

    def _take(self) -> list[_Waiting]:
        taken: list[_Waiting] = []
        size = 0
        while self._waiting and size < _ROW_BYTES:
            one = self._waiting.popleft()
            if one.done.done():
                continue  # its sender gave up; what nobody waits for is not acknowledged
            taken.append(one)
            size += len(one.body.body)
        if not self._waiting:
            self._some.clear()
        return taken

    async def _write(self) -> None:
        conn: postgres.AsyncConnection | None = None
        pause_seconds = 0.05
        while not (self._stopping and not self._waiting):
            await self._some.wait()
            taken = self._take()
            if not taken:
                if self._stopping:
                    break
                continue
            while taken:
                try:
                    if conn is None or conn.closed:
                        conn = await postgres.connect_async(self._url, autocommit=True)
                    await self._insert(conn, taken)
                    pause_seconds = 0.05
                    break
                except psycopg.Error as error:
                    _log.warning("intake_write_failed", error=type(error).__name__)
                    if conn is not None:
                        await conn.close()
                        conn = None
                    await asyncio.sleep(pause_seconds)
                    pause_seconds = min(pause_seconds * 2, 1.0)
                    taken = [one for one in taken if not one.done.done()]
        if conn is not None:
            await conn.close()

    async def _insert(self, conn: postgres.AsyncConnection, taken: list[_Waiting]) -> None:
        now = clock.now()
        rows = []
        for workspace, bulk in {(one.workspace, one.bulk) for one in taken}:
            mine = [one for one in taken if (one.workspace, one.bulk) == (workspace, bulk)]
            events = sum(one.events for one in mine)
            packed = pack(self._vault, now.date(), [one.body for one in mine])
            rows.append((now.date(), workspace, now, events, bulk, packed))
        if len(rows) == 1:
            await conn.execute(_SQL.add_row, rows[0])
        else:
            async with conn.transaction(), conn.cursor() as cursor:
                await cursor.executemany(_SQL.add_row, rows)
        for one in taken:
            if not one.done.done():
                one.done.set_result(None)


def append(
    conn: postgres.Connection,
    vault: Vault,
    workspace: int,
    source: int,
    body: bytes,
    events: int,
    *,
    bulk: bool = False,
) -> None:
    """Keep one body inside the caller's transaction; durable when that is committed."""
    now = clock.now()
    packed = pack(vault, now.date(), [Body(source, clock.to_ms(now), "", body)])
    conn.execute(_SQL.add_row, (now.date(), workspace, now, events, bulk, packed))


TRIAL = "-test"
"""The journey that messages of a test are said to be of; no author can give this key."""


class OwnEvent(msgspec.Struct, omit_defaults=True):
    """Something Kervan itself did to a person; `message_id` must be the same on every retry.

    `traits` become hers as of `timestamp_ms`: none that is personal, they are not sealed.
    """

    message_id: str = msgspec.field(name="messageId")
    event: str
    timestamp_ms: int
    person: int
    properties: dict[str, object]
    type: str = "track"
    traits: dict[str, object] = {}


def append_own(conn: postgres.Connection, events: list[OwnEvent]) -> None:
    """Record Kervan's own doings inside the caller's transaction of the workspace.

    They take the same road as everybody's events. They hold no contact points, so the body is
    not sealed. What became of a test (TRIAL) is no doing that anybody counts.
    """
    events = [one for one in events if one.properties.get("journey") != TRIAL]
    append_encoded(conn, [msgspec.json.encode(one) for one in events])


def append_encoded(conn: postgres.Connection, events: Sequence[bytes]) -> None:
    """The same for what is JSON of an `OwnEvent` already, as that is cheap for thousands alike."""
    if not events:
        return
    now = clock.now()
    bodies = [Body(0, clock.to_ms(now), "", b'{"batch":[%b]}' % b",".join(events))]
    packed = _PLAIN + compress.pack(msgspec.msgpack.encode(bodies))
    conn.execute(
        _SQL.add_own_row, {"day": now.date(), "at": now, "events": len(events), "body": packed}
    )


def open_days(conn: postgres.Connection, days: list[date]) -> None:
    """Make the intake's partitions of `days`, without blocking those who write."""
    conn.execute(_SQL.lock_days)
    for day in days:
        name = f"intake_{day:%Y_%m_%d}"
        if conn.execute(_SQL.day_table, {"name": f"kervan.{name}"}).fetchone() == (None,):
            for statement in _SQL.open_day.split(";"):
                conn.execute(statement.replace("{name}", name).replace("{day}", day.isoformat()))


def drop_days(conn: postgres.Connection, before: date) -> list[date]:
    """Drop the partitions of days before `before` that hold nothing unresolved."""
    dropped = []
    for (text,) in conn.execute(_SQL.days).fetchall():
        day = date.fromisoformat(text)
        if day < before and conn.execute(_SQL.day_is_open, {"day": day}).fetchone() == (False,):
            conn.execute(_SQL.hurry)
            conn.execute(_SQL.drop_day.replace("{name}", f"intake_{day:%Y_%m_%d}"))
            dropped.append(day)
    return dropped
