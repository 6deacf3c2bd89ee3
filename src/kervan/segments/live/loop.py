"""Turns membership second by second, and fills segments that are new or ask something else."""

import threading
from collections.abc import Callable

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.collect import store as collected
from kervan.kernel import clock, log, sql
from kervan.kernel.postgres import Connection
from kervan.segments.columns import Uint32
from kervan.segments.live import store, tick
from kervan.segments.live.book import Entry
from kervan.segments.live.tick import Live

FILL_PEOPLE = 5_000
"""Asked between two turns while a segment is being filled: half a second of work."""
_TURN_SECONDS = 0.5
_SQL = sql.load(__package__, "live.sql")
_log = log.get("segments")


class Loop:
    """Keeps one workspace's membership until told to stop; another process may stand by."""

    def __init__(
        self, conn: Connection, client: Client, workspace: str,
        check: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        """`check` is called now and then, and raises what has to end this too."""
        self._check = check
        self._conn = conn
        self._client = client
        self._workspace = workspace
        self._number = collected.workspace_id(conn, workspace)
        self._ended = threading.Event()
        self._filling: list[Entry] = []
        self._wait_for = 0
        self._left: Uint32 | None = None

    def stop(self, *_: object) -> None:
        """End `run` after the turn under way; also usable as a signal handler."""
        self._ended.set()

    def run(self) -> None:
        """Turn until stopped. Any failure of a database ends it; the process is started again."""
        while not store.be_the_one(self._conn, self._workspace):
            self._conn.commit()
            if self._ended.wait(_TURN_SECONDS):
                return
        live = Live(self._conn, self._client)
        self._conn.commit()
        while not self._ended.is_set():
            began = clock.monotonic()
            self._check()
            busy = self.step(live, clock.now_ms())
            spent = clock.monotonic() - began
            self._ended.wait(0 if busy else max(_TURN_SECONDS - spent, 0.02))

    @property
    def filling(self) -> bool:
        """Whether a segment's members are not all known yet."""
        return bool(self._filling)

    def step(self, live: Live, now_ms: int) -> bool:
        """One turn and, while there is something to fill, a piece of it; whether more waits."""
        book = tick.read_book(self._conn, live.book)
        if book is not None:
            self._reread(live)
        done = live.turn(now_ms)
        self._conn.commit()
        if not self._filling:
            return done.more
        return self._fill(live, now_ms) or done.more

    def _reread(self, live: Live) -> None:
        # Behind the lock that orders batches: each knows what is watched, or comes before it.
        collected.lock_resolving(self._conn, self._number)
        book = tick.read_book(self._conn, live.book)
        if book is None:
            return
        store.watch(self._conn, book.needs.events)
        live.reread(book)
        self._filling = live.unfilled()
        self._wait_for = store.last_batch(self._conn, self._number)
        self._left = None
        self._conn.commit()

    def _fill(self, live: Live, now_ms: int) -> bool:
        """Ask a piece of everybody; whether there is more to ask at once."""
        if self._left is None:
            if store.batch_is_open(self._conn, self._number, self._wait_for):
                self._conn.rollback()
                return False
            table = self._client.query_arrow(_SQL.everybody)
            self._left = table["person"].to_numpy().astype(np.uint32)
        piece, self._left = self._left[:FILL_PEOPLE], self._left[FILL_PEOPLE:]
        live.ask(piece, self._filling, now_ms)
        if len(self._left):
            self._conn.commit()
            return True
        live.filled(self._filling)
        self._conn.commit()
        keys = ", ".join(one.key for one in self._filling)
        _log.info("segments_filled", segments=keys)
        self._filling, self._left = [], None
        return False
