"""The process that turns intake into history and moves people through journeys."""

import argparse
import gc
import os
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta

import psycopg
from clickhouse_connect.driver.exceptions import ClickHouseError

from kervan.app import ads, broadcaster, chores, hand, listen, mover, shadower, syncer
from kervan.app.ground import vault_of
from kervan.app.housekeeper import Housekeeper
from kervan.app.speaker import Voice
from kervan.collect import keep, sources, store
from kervan.collect.intake import drop_days, open_days
from kervan.collect.process import Block, Hook, Limits, Processor
from kervan.commerce import orders
from kervan.commerce.catalogue.learn import Learner
from kervan.history.event import Events
from kervan.journeys import follow, hear
from kervan.journeys.move import MOVERS, Mover
from kervan.kernel import clickhouse, clock, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.rest import Rest
from kervan.segments.live import store as membership

_log = log.get("worker")
_IDLE_SECONDS, _LONG_IDLE_SECONDS, _IDLE_GROWTH = 0.02, 0.12, 1.1
_BATCH_SECONDS = 0.15
"""Batches that are not full start this far apart: small blocks cost ClickHouse three times more."""
_FULL_BATCH = 4000
"""After a batch of this size more is waiting, and the other hands help."""
_MORE_HANDS = 2
_RECOVER_SECONDS = 2.0
_TIDY_SECONDS = 600.0
_FORGET_SEEN_DAYS = 31


class Worker:
    """Processes the intake in turns, and lets movers move journeys, until told to stop."""

    def __init__(self, config: Config, *, deduplicate: bool = True) -> None:
        self._config = config
        self._stop = threading.Event()
        self._vault = vault_of(config)
        self._open = ExitStack()
        database = postgres.schema_name(config.workspace)
        self._conn = self._connect()
        self._number = store.become_worker(self._conn)
        self._conn.commit()
        self._workspace = store.workspace_id(self._conn, config.workspace)
        self._history = clickhouse.connect(config.clickhouse_url, database)
        self._keeper = keep.Keeper(
            self._connect(),
            clickhouse.connect(config.clickhouse_url, database),
            self._vault,
            self._workspace,
        )
        self._next_batch = 0.0
        self._rest = Rest(_IDLE_SECONDS, _LONG_IDLE_SECONDS, _IDLE_GROWTH)
        self._processor = self._make_processor(self._conn, deduplicate=deduplicate)
        self._hands = [self._make_hand(deduplicate=deduplicate) for _ in range(_MORE_HANDS)]
        keys = self._vault.workspace(config.workspace)
        self._beside: list[Mover | Voice | Housekeeper] = [
            *(self._mover(database, keys) for _ in range(MOVERS)),
            Voice(self._connect(), keys),
            self._housekeeper(database),
            self._syncer(database, keys),
            self._broadcaster(database, keys),
            self._ads(database, keys),
            self._shadower(database),
        ]

    def _connect(self) -> postgres.Connection:
        return self._open.enter_context(
            postgres.connect(self._config.postgres_url, workspace=self._config.workspace)
        )

    def _mover(self, database: str, keys: WorkspaceVault) -> Mover:
        history = clickhouse.connect(self._config.clickhouse_url, database)
        return mover.mover(self._config, self._connect(), history, keys)

    def _housekeeper(self, database: str) -> Housekeeper:
        history = clickhouse.connect(self._config.clickhouse_url, database)
        mine = chores.of_a_house(self._config, self._vault, history)
        return Housekeeper(self._connect(), self._config.workspace, mine)

    def _syncer(self, database: str, keys: WorkspaceVault) -> Housekeeper:
        history = clickhouse.connect(self._config.clickhouse_url, database)
        mine = syncer.of_segments(keys, history)
        return Housekeeper(self._connect(), self._config.workspace, mine, "sync")

    def _ads(self, database: str, keys: WorkspaceVault) -> Housekeeper:
        history = clickhouse.connect(self._config.clickhouse_url, database)
        mine = ads.of_a_house(keys, history, self._config.country, self._config.timezone)
        return Housekeeper(self._connect(), self._config.workspace, mine, "ads")

    def _broadcaster(self, database: str, keys: WorkspaceVault) -> Housekeeper:
        history = clickhouse.connect(self._config.clickhouse_url, database)
        mine = broadcaster.of_broadcasts(self._config, keys, history)
        return Housekeeper(self._connect(), self._config.workspace, mine, "broadcast")

    def _shadower(self, database: str) -> Housekeeper:
        history = clickhouse.connect(self._config.clickhouse_url, database)
        mine = shadower.of_a_house(self._config, history, self._stop.is_set)
        return Housekeeper(self._connect(), self._config.workspace, mine, "shadows")

    def _make_hand(self, *, deduplicate: bool) -> hand.Hand:
        def ready() -> tuple[postgres.Connection, Processor]:
            conn = self._connect()
            return conn, self._make_processor(conn, deduplicate=deduplicate)

        return hand.Hand(ready, self._keeper, _FULL_BATCH)

    def _make_processor(self, conn: postgres.Connection, *, deduplicate: bool) -> Processor:
        known = sources.Sources()
        known.refresh(conn)
        processor = Processor(
            conn,
            self._vault,
            known,
            self._config.workspace,
            worker=self._number,
            country=self._config.country,
            hooks=self._hooks(store.own_source(conn, self._workspace) or None),
            moved=[follow.note],
            watched=membership.watched,
            limits=Limits(event_names=self._config.event_names_limit),
            deduplicate=deduplicate,
        )
        conn.commit()
        return processor

    def _hooks(self, own: int | None) -> list[Hook]:
        ear = hear.Ear(self._vault.workspace(self._config.workspace), own)

        def listen(conn: postgres.Connection, events: Events) -> None:
            ear(conn, events.loud())  # imported history sets nobody in motion

        return [orders.record, Learner(), listen]

    def stop(self, *_: object) -> None:
        """End `run` after the step under way; also usable as a signal handler."""
        self._stop.set()

    def run(self) -> None:
        """Work until stopped. Any failure of a database ends the process; it is restarted."""
        for one in self._beside:
            one.start()
        recovered = tidied = -_TIDY_SECONDS
        while not self._stop.is_set():
            now = clock.monotonic()
            if now - recovered > _RECOVER_SECONDS:
                keep.recover(self._conn, self._history, self._vault, self._workspace, self._number)
                self._conn.commit()
                recovered = now
            if now - tidied > _TIDY_SECONDS:
                self._tidy()
                tidied = now
            block = self._turn()
            if block is None or self._next_batch:
                self._stop.wait(self._rest.after(work=block is not None))
        for hand_ in self._hands:
            hand_.stop()
        self._keeper.stop()
        for one in self._beside:
            one.stop()
        self._open.close()

    def _turn(self) -> Block | None:
        block = None
        now = clock.monotonic()
        if now >= self._next_batch:
            block = hand.step(self._conn, self._processor)
        if block is not None:
            if block.rows or block.links or block.heads:
                self._keeper.put(block)
            full = block.rows >= _FULL_BATCH
            self._next_batch = 0.0 if full else now + _BATCH_SECONDS
            if full:
                for hand_ in self._hands:
                    hand_.help()
        self._keeper.check()
        for hand_ in self._hands:
            hand_.check()
        for one in self._beside:
            one.check()
        return block

    def _tidy(self) -> None:
        today = clock.now().date()
        open_days(self._conn, [today + timedelta(days=days) for days in (0, 1, 2)])
        self._conn.commit()
        tasks: list[Callable[[], object]] = [
            lambda: drop_days(self._conn, today - timedelta(days=self._config.replay_days)),
            lambda: store.drop_weeks(self._conn, clock.now() - timedelta(days=_FORGET_SEEN_DAYS)),
        ]
        for task in tasks:
            try:
                task()
                self._conn.commit()
            except postgres.LockTimeout:
                self._conn.rollback()  # somebody is writing there; the next round will do


def worker(config: Config, _: argparse.Namespace, *, deduplicate: bool = True) -> int:
    """Process and move journeys until SIGTERM."""
    # A batch makes a hundred thousand short-lived objects and no cycles to speak of.
    gc.set_threshold(500_000, 20, 20)
    listen.to_the_ledger()
    try:
        mine = Worker(config, deduplicate=deduplicate)
        signal.signal(signal.SIGTERM, mine.stop)
        signal.signal(signal.SIGINT, mine.stop)
        mine.run()
    except (psycopg.Error, ClickHouseError, OSError) as error:
        # What was under way is rolled back or finished by `keep.recover`; the supervisor starts
        # another worker. At once: the keeper's thread must not go on without its locks.
        _log.error("worker_lost_a_database", error=type(error).__name__)
        os._exit(1)
    return 0
