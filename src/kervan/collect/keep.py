"""Brings committed batches into ClickHouse beside the processing, and finishes those left over."""

import queue
from datetime import timedelta

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

from kervan.collect import dead_letters, store
from kervan.collect.batch import Letter
from kervan.collect.event import Rejected
from kervan.collect.freshen import Freshener
from kervan.collect.process import Block
from kervan.history import event, link, write
from kervan.kernel import clock, log
from kervan.kernel.beside import Beside
from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection

_log = log.get("keep")
_STOP = None
_NOTHING = Block(0, 0, b"", [], [])
_AGE_SECONDS = 2
"""A batch younger than this is left to its worker, who may only just have died."""


class Keeper:
    """A thread that inserts blocks in the order they were committed.

    A failure is raised to the worker at its next `put`; the worker then ends, and its batches
    are finished by `recover`.
    """

    def __init__(
        self, conn: Connection, client: Client, vault: Vault, workspace: int, *, waiting: int = 2
    ) -> None:
        self._conn = conn
        self._client = client
        self._vault = vault
        self._workspace = workspace
        self._queue: queue.Queue[Block | None] = queue.Queue(maxsize=waiting)
        self._freshener = Freshener(client)
        self._thread = Beside("keeper", self._run)
        self._thread.start()

    def put(self, block: Block) -> None:
        """Hand over one committed batch; waits while two are waiting already."""
        while True:
            self.check()
            try:
                self._queue.put(block, timeout=0.5)
                return
            except queue.Full:
                continue

    def check(self) -> None:
        """Raise what the thread failed with, if it did."""
        self._thread.check()

    def stop(self) -> None:
        """Finish what was handed over."""
        if not self._thread.failed:
            self._queue.put(_STOP)
            self._thread.join(timeout_seconds=30)

    def _insert(self, block: Block) -> None:
        try:
            write.insert(self._client, block.block, block.id, block.links, block.heads)
        except OperationalError:
            raise
        except DatabaseError:
            # ClickHouse refuses a row. The others must not wait for it for ever.
            kept, rows = set_aside(
                self._conn, self._client, self._vault, self._workspace, block.id, block.block
            )
            self._conn.commit()
            write.recover(self._client, kept, block.id, rows)
            link.keep(self._client, block.links, block.heads, block.id)

    def _run(self) -> None:
        while (block := self._next()) is not _STOP:
            if block is not _NOTHING:
                self._keep(block)
            self._freshener.turn()
        self._freshener.stop()

    def _next(self) -> Block | None:
        try:
            return self._queue.get(timeout=self._freshener.wait_seconds())
        except queue.Empty:
            return _NOTHING

    def _keep(self, block: Block) -> None:
        if block.rows:
            self._insert(block)
        else:
            link.keep(self._client, block.links, block.heads, block.id)
        self._freshener.changed(len(block.links) + len(block.heads))
        store.finish(self._conn, [block.id])
        self._conn.commit()


def recover(conn: Connection, client: Client, vault: Vault, workspace: int, me: int) -> int:
    """Finish the batches of workers that are gone; gives how many. The caller commits."""
    before = clock.now() - timedelta(seconds=_AGE_SECONDS)
    left = store.abandoned(conn, vault, workspace, me, before)
    for one in left:
        done = _recover(conn, client, vault, workspace, one) if one.rows else []
        link.keep(client, one.links, one.heads, one.id)
        store.finish(conn, [one.id])
        _log.info("batch_recovered", batch=one.id, rows=one.rows, done=", ".join(done) or "-")
    if any(one.links or one.heads for one in left):
        link.refresh(client)
    return len(left)


def _recover(
    conn: Connection, client: Client, vault: Vault, workspace: int, one: store.Unfinished
) -> list[str]:
    try:
        return write.recover(client, one.block, one.id, one.rows)
    except OperationalError:
        raise
    except DatabaseError:
        kept, rows = set_aside(conn, client, vault, workspace, one.id, one.block)
        return write.recover(client, kept, one.id, rows)


def set_aside(
    conn: Connection, client: Client, vault: Vault, workspace: int, batch: int, block: bytes
) -> tuple[bytes, int]:
    """Move the rows that ClickHouse refuses to the dead letters; gives the rest and its size.

    Raises what ClickHouse said when it refuses the block as a whole but no row of it.
    """
    kept, bad = write.sift(client, block)
    if not bad:
        write.insert(client, block, batch)  # refused once more, with the reason
    rows = event.rows_of(block, bad)
    now_ms = clock.now_ms()
    letters = [
        Letter(int(row["source"]), now_ms, Rejected(dead_letters.HISTORY_REFUSED, row["name"], raw))
        for row, raw in rows
    ]
    dead_letters.keep(conn, vault, workspace, letters)
    count = event.count_rows(kept)
    store.replace_block(conn, vault, batch, count, kept)
    _log.error("rows_refused_by_history", batch=batch, refused=len(bad), kept=count)
    return kept, count
