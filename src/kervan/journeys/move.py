"""Moves people beside the intake: threads of a worker, each with its share of the buckets.

A turn spends half of its time waiting for PostgreSQL; two movers fill each other's gaps, and a
backlog of journeys keeps no event waiting.
"""

import threading

from kervan.collect import store
from kervan.journeys.hooks import Hooks
from kervan.journeys.loop import Loop
from kervan.journeys.run import WorkDone
from kervan.kernel import clock, log
from kervan.kernel.beside import Beside
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import COLLISIONS, REFUSALS, Connection
from kervan.kernel.rest import Rest

MOVERS = 2
"""How many a worker has."""
_IDLE_SECONDS, _LONG_IDLE_SECONDS, _IDLE_GROWTH = 0.03, 0.12, 1.1
_log = log.get("mover")
_NO_HOOKS = Hooks()


class Mover:
    """One share of the buckets, moved on a connection of its own.

    After `start` it works in a thread. A failure is raised to the worker at its next `check`; the
    worker then ends, and what was under way is rolled back.
    """

    def __init__(
        self, conn: Connection, vault: WorkspaceVault, workspace: str, hooks: Hooks = _NO_HOOKS
    ) -> None:
        self._conn = conn
        self._workspace = store.workspace_id(conn, workspace)
        self._loop = Loop(conn, vault, workspace, hooks)
        self._conn.commit()
        self._ended = threading.Event()
        self._thread = Beside("mover", self._run)

    def start(self) -> None:
        """Begin to move whoever is due, until `stop`."""
        self._thread.start()

    def check(self) -> None:
        """Raise what the thread failed with, if it did."""
        self._thread.check()

    def stop(self) -> None:
        """End after the turn under way and give the buckets back."""
        self._ended.set()
        if not self._thread.failed:
            self._thread.join(timeout_seconds=30)
            self._loop.stop()
            self._conn.commit()

    def turn(self, at_ms: int) -> WorkDone:
        """One committed turn up to `at_ms`; a bucket that is refused keeps only itself waiting.

        A turn that met a sender's or another mover's locks the other way round (coupon pools, the
        seats of a journey) is as if it had not been: nothing of it is kept, and it comes again.
        """
        try:
            return self._turn(at_ms)
        except COLLISIONS as error:
            self._conn.rollback()
            _log.warning("journeys_collided", error=type(error).__name__)
            return WorkDone(more=True)

    def _turn(self, at_ms: int) -> WorkDone:
        try:
            done = self._loop.step(at_ms)
        except REFUSALS as error:
            self._conn.rollback()
            _log.error("journeys_refused", error=type(error).__name__)
            done = self._loop.step_apart(at_ms)
        self._conn.commit()
        return done

    def _run(self) -> None:
        rest = Rest(_IDLE_SECONDS, _LONG_IDLE_SECONDS, _IDLE_GROWTH)
        while not self._ended.is_set():
            known_ms = store.known_until_ms(self._conn, self._workspace, clock.now_ms())
            self._conn.commit()
            done = self.turn(known_ms)
            work = bool(done.more or done.moved)
            pause = rest.after(work=work)
            if not work:
                self._ended.wait(pause)
