"""Brings committed batches into ClickHouse beside the processing, and finishes those left over."""

import queue
import threading
from datetime import timedelta

from clickhouse_connect.driver.client import Client

from kervan.collect import store
from kervan.collect.process import Block
from kervan.history import write
from kervan.kernel import clock, log
from kervan.kernel.postgres import Connection

_log = log.get("keep")
_STOP = None
_AGE_SECONDS = 2
"""A batch younger than this is left to its worker, who may only just have died."""


class Keeper:
    """A thread that inserts blocks in the order they were committed.

    A failure is raised to the worker at its next `put`; the worker then ends, and its batches
    are finished by `recover`.
    """

    def __init__(self, conn: Connection, client: Client, *, waiting: int = 2) -> None:
        self._conn = conn
        self._client = client
        self._queue: queue.Queue[Block | None] = queue.Queue(maxsize=waiting)
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
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
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Finish what was handed over."""
        if self._failure is None:
            self._queue.put(_STOP)
            self._thread.join(timeout=30)

    def _run(self) -> None:
        while (block := self._queue.get()) is not _STOP:
            try:
                if block.rows:
                    write.insert(self._client, block.block, block.id)
                write.link(self._client, block.links, block.id)
                store.finish(self._conn, [block.id])
                self._conn.commit()
            except Exception as error:  # noqa: BLE001 - handed to the worker, who ends
                _log.error("history_insert_failed", batch=block.id, error=type(error).__name__)
                self._failure = error
                return


def recover(conn: Connection, client: Client, workspace: int, me: int) -> int:
    """Finish the batches of workers that are gone; gives how many. The caller commits."""
    before = clock.now() - timedelta(seconds=_AGE_SECONDS)
    left = store.abandoned(conn, workspace, me, before)
    for one in left:
        done = write.recover(client, one.block, one.id, one.rows) if one.rows else []
        write.link(client, one.links, one.id)
        store.finish(conn, [one.id])
        _log.info("batch_recovered", batch=one.id, rows=one.rows, done=", ".join(done) or "-")
    return len(left)
