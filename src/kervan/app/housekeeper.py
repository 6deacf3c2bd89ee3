"""Does chores in a thread of its process: each in its time, by one process of several."""

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

from kervan.kernel import clock, log, sql
from kervan.kernel.beside import Beside
from kervan.kernel.postgres import REFUSALS, Connection

_SQL = sql.load(__package__, "housekeeper.sql")
_log = log.get("chores")
_LOOK_SECONDS = 0.5


class Chore(NamedTuple):
    """Something done every so often; `step` gives whether there is more to do at once.

    Each step is a transaction of its own.
    """

    name: str
    every_seconds: float
    step: Callable[[Connection, int], object]


class Housekeeper:
    """A thread of a worker that does chores; of several workers one does those of a `name`.

    A chore that is refused is logged and tried again in its time. Any other failure of a database
    is raised to the worker at its next `check`.
    """

    def __init__(
        self, conn: Connection, workspace: str, chores: Sequence[Chore], name: str = "chores"
    ) -> None:
        self._conn = conn
        self._name = name
        self._workspace = workspace
        self._chores = chores
        self._due = dict.fromkeys((one.name for one in chores), 0.0)
        self._ended = threading.Event()
        self._thread = Beside(name, self._run)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def check(self) -> None:
        """Raise what the thread failed with, if it did."""
        self._thread.check()

    def stop(self) -> None:
        """End after the step under way."""
        self._ended.set()
        self._thread.join(timeout_seconds=30)

    def _run(self) -> None:
        while not self._may():
            if self._ended.wait(_LOOK_SECONDS):
                return
        while not self._ended.is_set():
            busy = False
            for one in self._chores:
                if clock.monotonic() >= self._due[one.name] and not self._ended.is_set():
                    more = self._do(one)
                    busy = busy or more
                    self._due[one.name] = clock.monotonic() + (0 if more else one.every_seconds)
            if not busy:
                self._ended.wait(_LOOK_SECONDS)

    def _may(self) -> bool:
        mine = {"name": self._name, "workspace": self._workspace}
        row = self._conn.execute(_SQL.be_housekeeper, mine).fetchone()
        self._conn.commit()
        return row == (True,)

    def _do(self, one: Chore) -> bool:
        try:
            more = one.step(self._conn, clock.now_ms())
        except OperationalError:
            raise
        except (*REFUSALS, DatabaseError) as error:
            self._conn.rollback()
            _log.error("chore_refused", chore=one.name, error=type(error).__name__)
            return False
        self._conn.commit()
        return bool(more)
