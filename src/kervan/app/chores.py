"""What a worker does every so often: consent mails, erasures, signatures, what is kept too long."""

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

from kervan.collect import store
from kervan.consent import ledger, verify
from kervan.delivery import confirmations
from kervan.kernel import clock, log, sql
from kervan.kernel.beside import Beside
from kervan.kernel.config import Config
from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import REFUSALS, Connection
from kervan.privacy import erase, retention
from kervan.profiles import search
from kervan.segments.definitions import lists
from kervan.segments.mirror import step as mirror
from kervan.segments.mirror.read import Usual
from kervan.segments.rfm import refresh
from kervan.web.pages import mails

_SQL = sql.load(__package__, "chores.sql")
_log = log.get("chores")
_LOOK_SECONDS = 0.5


class Chore(NamedTuple):
    """Something done every so often; `step` gives whether there is more to do at once.

    Each step is a transaction of its own.
    """

    name: str
    every_seconds: float
    step: Callable[[Connection, int], object]


def of_a_house(config: Config, vault: Vault, history: Client) -> list[Chore]:
    """The chores of one workspace; `history` is for them alone."""
    keys = vault.workspace(config.workspace)
    shop = confirmations.House.of(config)
    mailbox = mails.folder_of(config.data)
    place = erase.Place(vault, config.workspace, config.replay_days, mailbox)

    def make_findable(conn: Connection, _: int) -> bool:
        store.lock_resolving(conn, store.workspace_id(conn, config.workspace))
        return search.step(conn, keys)

    def score(conn: Connection, at_ms: int) -> bool:
        number = store.workspace_id(conn, config.workspace)
        found = refresh.plan(conn, history, number, config.timezone, at_ms)
        if found is None:
            return False
        conn.commit()  # told before it is written: what is told twice counts once
        refresh.write(history, found)
        refresh.done(conn, found)
        return bool(found.marks)

    return [
        Chore("score", 5, score),
        Chore("confirm", 1, lambda conn, at_ms: confirmations.step(conn, keys, shop, at_ms)),
        Chore("erase", 1, lambda conn, at: erase.step(conn, history, place, clock.from_ms(at))),
        Chore("find", 5, make_findable),
        Chore("lists", 1, lambda conn, _: lists.step(conn, history)),
        Chore("bind", 600, lambda conn, _: ledger.step(conn, keys)),
        Chore("sign", 60, lambda conn, at_ms: verify.step(conn, keys, at_ms)),
        Chore("retain", 600, lambda conn, at_ms: retention.step(conn, history, at_ms)),
    ]


def of_the_mirror(config: Config, vault: Vault, history: Client) -> list[Chore]:
    """What keeps ClickHouse's `people` fresh: by itself, for it may not wait for an erasure."""
    keys = vault.workspace(config.workspace)
    usual = Usual(config.country, config.timezone, config.locale)
    return [Chore("mirror", 0, lambda conn, _: mirror.step(conn, history, keys, usual).more)]


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
