"""What a worker process calls over and over: keep a fair share of buckets, and do what is due."""

from kervan.journeys.lease import Lease
from kervan.journeys.run import LIMIT, Journeys, WorkDone
from kervan.kernel import clock
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_BALANCE_SECONDS = 1.0


class Loop:
    """The journeys' part of one worker, for one workspace, on one connection of its own schema.

    After an error of the database the connection and this object are to be thrown away together.
    """

    def __init__(self, conn: Connection, vault: WorkspaceVault, workspace: str) -> None:
        self._lease = Lease(conn, workspace)
        self._journeys = Journeys(conn, vault)
        self._balanced = -_BALANCE_SECONDS

    def step(self, at_ms: int, limit: int = LIMIT) -> WorkDone:
        """One turn of work up to `at_ms`; the caller commits after each, before the next.

        `at_ms` is the time up to which all events are known: now, or the arrival of the oldest
        event that is still unprocessed.
        """
        now = clock.monotonic()
        if now - self._balanced >= _BALANCE_SECONDS:
            self._lease.balance()
            self._balanced = now
        buckets = self._lease.buckets
        return self._journeys.work(buckets, at_ms, limit) if buckets else WorkDone()

    def stop(self) -> None:
        """Give the buckets back; after the last commit."""
        self._lease.give_back()
