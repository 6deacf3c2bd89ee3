"""Keeps the receivers of segments up to date: looks for differences, makes batches, sends them.

A batch is on disk before it leaves, and its acknowledgement before the next one is made: after a
kill the same batch goes out again under the same id.
"""

from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.app.housekeeper import Chore
from kervan.kernel import clock, log
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.http import Caller, Reach
from kervan.kernel.postgres import Connection
from kervan.segments import ask
from kervan.segments.lower import Listed
from kervan.segments.sync import attempts, send, store
from kervan.segments.sync.store import Sync

_log = log.get("sync")
BATCH_PEOPLE = 1_000
_LOOK_PEOPLE = 100_000
_TIMEOUT_SECONDS = 15.0
_REST_SECONDS = 1.0
_NOBODY = np.zeros(0, np.uint32)
_REST_TIMES = 20
"""A look costs in proportion to the people there are: it rests for so many times what it took."""


@dataclass(slots=True)
class _Look:
    """What a look has found and nobody has been told yet, and when the next may be.

    `mark` is that of the members when the receiver knew exactly them.
    """

    add: list[int] = field(default_factory=list)
    remove: list[int] = field(default_factory=list)
    next_look: float = 0.0
    mark: bytes = b""


class Syncer:
    """Serves the receivers of one workspace, one call after the other."""

    def __init__(self, keys: WorkspaceVault, history: Client) -> None:
        self._keys = keys
        self._history = history
        self._looks: dict[UUID, _Look] = {}
        self._callers: dict[Reach, Caller] = {}

    def step(self, conn: Connection, at_ms: int) -> bool:
        """A batch at most for each receiver; whether there is more to say at once."""
        # What became due within this millisecond is due.
        found = store.due(conn, clock.from_ms(at_ms + 1))
        conn.commit()
        kept = {one.id for one in found}
        self._looks = {name: look for name, look in self._looks.items() if name in kept}
        more = sum(self._serve(conn, one, at_ms) for one in found)
        if not more:
            self._hang_up()
        return more > 0

    def _serve(self, conn: Connection, one: Sync, at_ms: int) -> bool:
        if not one.is_pending:
            made = self._make(conn, one, at_ms)
            conn.commit()  # from here on it may have gone out
            if made is None:
                return False
            one = made
        added, removed = store.batch(conn, self._keys, one)
        conn.commit()
        body = send.text(one, added, removed)
        secret, caller = store.secret_of(self._keys, one), self._caller(one.reach)
        began = clock.monotonic()
        outcome = send.send(caller, one, secret, body, clock.now())
        took_ms, at = round((clock.monotonic() - began) * 1_000), clock.now()
        again = send.next_at(one, outcome, at) if outcome.problem else None
        attempts.write(conn, one, (added, removed), at, took_ms, outcome.problem, again)
        if outcome.problem:
            store.failed(conn, one, outcome.problem, at, again)
            word = "sync_failed" if again else "sync_stopped"
            _log.warning(word, segment=one.key, problem=outcome.problem, attempts=one.attempts + 1)
        else:
            store.acknowledged(conn, one, at)
        conn.commit()
        return not outcome.problem

    def _make(self, conn: Connection, one: Sync, at_ms: int) -> Sync | None:
        look = self._looks.setdefault(one.id, _Look())
        if not look.add and not look.remove:
            if clock.monotonic() < look.next_look:
                return None
            self._look(conn, one, look, at_ms)
        remove, look.remove = look.remove[:BATCH_PEOPLE], look.remove[BATCH_PEOPLE:]
        room = BATCH_PEOPLE - len(remove)
        add, look.add = look.add[:room], look.add[room:]
        return store.make(conn, one, add, remove)

    def _look(self, conn: Connection, one: Sync, look: _Look, at_ms: int) -> None:
        began = clock.monotonic()
        listed = _NOBODY
        if one.sort == "list":
            listed = ask.members(self._history, Listed(one.segment), at_ms)
        mark = store.mark(conn, one, listed)
        if mark != look.mark:
            look.add, look.remove = store.differences(conn, one, listed, _LOOK_PEOPLE)
            look.mark = b"" if look.add or look.remove else mark
        ended = clock.monotonic()
        whole = max(len(look.add), len(look.remove)) < _LOOK_PEOPLE
        rest = max(_REST_SECONDS, _REST_TIMES * (ended - began))
        look.next_look = ended + rest if whole else ended

    def _caller(self, reach: Reach) -> Caller:
        if reach not in self._callers:
            self._callers[reach] = Caller(reach, timeout_seconds=_TIMEOUT_SECONDS)
        return self._callers[reach]

    def _hang_up(self) -> None:
        for one in self._callers.values():
            one.close()
        self._callers = {}


def of_segments(keys: WorkspaceVault, history: Client) -> list[Chore]:
    """What tells receivers of segments: by itself, for a slow one holds up the others of it."""
    return [Chore("sync", _REST_SECONDS, Syncer(keys, history).step)]
