"""What a worker process calls over and over: keep a fair share of buckets, and do what is due."""

from kervan.journeys.hooks import Hooks
from kervan.journeys.lease import Lease
from kervan.journeys.run import LIMIT, Journeys, WorkDone
from kervan.kernel import clock, log
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import REFUSALS, Connection

_BALANCE_SECONDS = 1.0
_STUCK_SECONDS = 60.0
_log = log.get("journeys")
_NO_HOOKS = Hooks()


class Loop:
    """The journeys' part of one worker, for one workspace, on one connection of its own schema.

    After an error of the database the connection and this object are to be thrown away together.
    """

    def __init__(
        self, conn: Connection, vault: WorkspaceVault, workspace: str, hooks: Hooks = _NO_HOOKS
    ) -> None:
        self._lease = Lease(conn, workspace)
        self._journeys = Journeys(conn, vault, hooks)
        self._conn = conn
        self._balanced = -_BALANCE_SECONDS
        self._stuck: dict[int, float] = {}

    def step(self, at_ms: int, limit: int = LIMIT) -> WorkDone:
        """One turn of work up to `at_ms`; the caller commits after each, before the next.

        `at_ms` is the time up to which all events are known: now, or the arrival of the oldest
        event that is still unprocessed.
        """
        now = clock.monotonic()
        if now - self._balanced >= _BALANCE_SECONDS:
            self._lease.balance()
            self._balanced = now
        buckets = self._free()
        return self._journeys.work(buckets, at_ms, limit) if buckets else WorkDone()

    def step_apart(self, at_ms: int) -> WorkDone:
        """Work after a turn that was rolled back for one of `postgres.REFUSALS`.

        Each bucket is a transaction of its own; one that is refused again is left alone for a
        minute, so that what is wrong with somebody keeps nobody else waiting.
        """
        moved, more = 0, False
        for bucket in self._free():
            try:
                with self._conn.transaction():
                    done = self._journeys.work([bucket], at_ms)
            except REFUSALS as error:
                self._stuck[bucket] = clock.monotonic() + _STUCK_SECONDS
                _log.error("bucket_stuck", bucket=bucket, error=type(error).__name__)
                continue
            moved, more = moved + done.moved, more or done.more
        return WorkDone(moved=moved, more=more)

    def _free(self) -> list[int]:
        if not self._stuck:
            return self._lease.buckets
        now = clock.monotonic()
        self._stuck = {bucket: until for bucket, until in self._stuck.items() if until > now}
        return [bucket for bucket in self._lease.buckets if bucket not in self._stuck]

    def stop(self) -> None:
        """Give the buckets back; after the last commit."""
        self._lease.give_back()
