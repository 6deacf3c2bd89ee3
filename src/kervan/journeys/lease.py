"""Shares the person buckets of a workspace among the workers that are alive."""

import hashlib

from kervan.journeys.store import BUCKETS
from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "lease.sql")


class Lease:
    """The buckets this connection may work on: session locks, gone with the connection.

    Nothing expires and nothing is guessed from a clock: who loses the connection loses the
    buckets in the same instant, and with them the transaction that was working on them.
    """

    def __init__(self, conn: Connection, workspace: str) -> None:
        self._conn = conn
        # PostgreSQL's two-part lock keys: ours, told apart by workspace, then presence or bucket.
        digest = hashlib.blake2b(f"journeys {workspace}".encode(), digest_size=4).digest()
        self._place = int.from_bytes(digest, "big") >> 1
        self._held: set[int] = set()
        conn.execute(_SQL.presence, {"place": self._place})

    @property
    def buckets(self) -> list[int]:
        """The buckets held, in order."""
        return sorted(self._held)

    def balance(self) -> None:
        """Come to a fair share: give back what is too much, take what is free.

        Call it between transactions only: a bucket given back belongs to somebody else at once.
        """
        row = self._conn.execute(_SQL.workers, {"place": self._place}).fetchone()
        workers = max(1, int(row[0]) if row else 1)
        share = -(-BUCKETS // workers)
        if len(self._held) > share:
            self._release(self.buckets[share:])
        elif len(self._held) < share:
            self._take(share - len(self._held))

    def _take(self, count: int) -> None:
        start = self._conn.info.backend_pid * 37 % BUCKETS
        free = [(start + i) % BUCKETS for i in range(BUCKETS)]
        free = [bucket for bucket in free if bucket not in self._held]
        args = {"place": self._place, "buckets": free, "count": count}
        self._held |= {int(bucket) for (bucket,) in self._conn.execute(_SQL.take, args).fetchall()}

    def _release(self, buckets: list[int]) -> None:
        self._conn.execute(_SQL.release, {"place": self._place, "buckets": buckets}).fetchall()
        self._held -= set(buckets)

    def give_back(self) -> None:
        """Release everything, so that others need not wait for this connection to close."""
        self._release(self.buckets)
