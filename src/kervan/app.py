"""The composition root: the one file that knows every room and wires them together."""

import asyncio
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
import uvloop
from clickhouse_connect.driver.exceptions import ClickHouseError

from kervan.collect import decode, importing, intake, keep, sources, store
from kervan.collect.intake import AsyncIntake, drop_days, open_days
from kervan.collect.process import Hook, Limits, Processor
from kervan.commerce import orders
from kervan.delivery.channels.email import Email, Settings
from kervan.delivery.compose import EmailComposer
from kervan.delivery.send import Rules, Sender
from kervan.engines.supervise import ChildSpec
from kervan.history.event import Events
from kervan.journeys import apply, hear, loop
from kervan.kernel import clickhouse, clock, crypto, log, migrate, postgres
from kervan.kernel.config import Config
from kervan.web import auth, serve

_log = log.get("app")
_IDLE_SECONDS = 0.02
_BATCH_SECONDS = 0.15
"""Batches that are not full start this far apart: small blocks cost ClickHouse three times more."""
_FULL_BATCH = 4000
_RECOVER_SECONDS = 2.0
_TIDY_SECONDS = 600.0
_FORGET_SEEN_DAYS = 31


def vault_of(config: Config) -> crypto.Vault:
    """The keys of an installation, from its master key file."""
    path = Path(config.master_key_path) if config.master_key_path else config.data / "master.key"
    return crypto.Vault(crypto.load_master_key(path))


def prepare(config: Config) -> None:
    """Bring both databases up to date and make what every workspace has."""
    with postgres.connect(config.postgres_url) as conn:
        history = clickhouse.connect(config.clickhouse_url)
        migrate.migrate(conn, history, [config.workspace])
        history.close()
        sources.ensure_own(conn, config.workspace)
        today = clock.now().date()
        open_days(conn, [today + timedelta(days=days) for days in (-1, 0, 1, 2)])


def children(config: Config) -> Sequence[ChildSpec]:
    """The processes of one Kervan; each is this program with another word."""
    me = [sys.executable, "-m", "kervan"]
    specs = [
        ChildSpec(f"web-{number}", [*me, "web"], ready=lambda: _answers(config))
        for number in range(1, config.web_processes + 1)
    ]
    specs += [
        ChildSpec(f"worker-{number}", [*me, "worker"])
        for number in range(1, config.worker_processes + 1)
    ]
    if config.smtp_url:  # without a mail server messages wait in the outbox
        specs.append(ChildSpec("sender", [*me, "sender"]))
    return specs


def _answers(config: Config) -> bool:
    host = "127.0.0.1" if config.host in ("", "0.0.0.0", "::") else config.host  # noqa: S104
    try:
        with urlopen(f"http://{host}:{config.port}/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def first_key(config: Config) -> tuple[str, str]:
    """A write key to start with ("" after the first start) and a one-time sign-in link."""
    with postgres.connect(config.postgres_url) as conn:
        key = ""
        if not sources.describe(conn, config.workspace):
            key = sources.create(conn, config.workspace, "First source", "server")
    if key:
        sources.settle()
    return key, new_sign_in_link(config)


def new_sign_in_link(config: Config) -> str:
    """The address that signs its first visitor in."""
    with postgres.connect(config.postgres_url) as conn:
        return f"{config.address}/sign-in?token={auth.make_link(conn)}"


def new_token(conn: postgres.Connection, name: str) -> str:
    """A token with which a program uses the API."""
    return auth.make_token(conn, name)


def apply_journey(config: Config, text: str, *, only_plan: bool = False) -> apply.Plan:
    """Plan a journey text and, unless asked not to, make it live. Raises JourneyNotValid."""
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        if only_plan:
            return apply.plan(conn, text, config.locale)
        return apply.apply(conn, text, clock.now(), config.locale)


def import_events(
    config: Config, path: Path, *, trigger: bool, on_progress: Callable[[importing.Progress], None]
) -> importing.Progress:
    """Bring a file of past events into the intake; the workers do the rest."""
    vault = vault_of(config)
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        workspace, source = sources.ensure_import(conn, config.workspace)
        conn.commit()

        def send(body: bytes) -> None:
            count = len(decode.envelope(body).events)
            intake.append(conn, vault, workspace, source, body, count)
            conn.commit()

        return importing.run(
            path,
            send,
            clock.now_ms(),
            locale=config.locale,
            trigger=trigger,
            on_progress=on_progress,
        )


def run_web(config: Config, intake: AsyncIntake | None = None) -> None:
    """Serve HTTP until SIGTERM; several processes share the port."""
    log.setup(config.log_format, config.log_level, "web")
    serve.serve(config, vault_of(config), intake)


class Worker:
    """Processes the intake and moves journeys, in turns, until told to stop."""

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
        known = sources.Sources()
        known.refresh(self._conn)
        self._processor = Processor(
            self._conn,
            self._vault,
            known,
            config.workspace,
            worker=self._number,
            country=config.country,
            hooks=self._hooks(),
            limits=Limits(event_names=config.event_names_limit),
            deduplicate=deduplicate,
        )
        self._conn.commit()
        self._moves = self._connect()
        self._journeys = loop.Loop(
            self._moves, self._vault.workspace(config.workspace), config.workspace
        )
        self._moves.commit()

    def _connect(self) -> postgres.Connection:
        return self._open.enter_context(
            postgres.connect(self._config.postgres_url, workspace=self._config.workspace)
        )

    def _hooks(self) -> list[Hook]:
        ear = hear.Ear()

        def listen(conn: postgres.Connection, events: Events) -> None:
            ear(conn, events.loud())  # imported history sets nobody in motion

        return [orders.record, listen]

    def stop(self, *_: object) -> None:
        """End `run` after the step under way; also usable as a signal handler."""
        self._stop.set()

    def run(self) -> None:
        """Work until stopped. Any failure of a database ends the process; it is restarted."""
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
            if not self._turn():
                self._stop.wait(_IDLE_SECONDS)
        self._keeper.stop()
        self._journeys.stop()
        self._open.close()

    def _turn(self) -> bool:
        block = None
        now = clock.monotonic()
        if now >= self._next_batch:
            block = self._processor.step()
            self._conn.commit()
        if block is not None:
            if block.rows or block.links:
                self._keeper.put(block)
            full = block.rows >= _FULL_BATCH
            self._next_batch = 0.0 if full else now + _BATCH_SECONDS
        self._keeper.check()
        known_ms = store.known_until_ms(self._conn, self._workspace, clock.now_ms())
        self._conn.commit()
        moved = self._journeys.step(known_ms)
        self._moves.commit()
        return moved.more or moved.moved > 0 or (block is not None and not self._next_batch)

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


def run_worker(config: Config) -> None:
    """Process and move journeys until SIGTERM."""
    log.setup(config.log_format, config.log_level, "worker")
    # A batch makes a hundred thousand short-lived objects and no cycles to speak of.
    gc.set_threshold(500_000, 20, 20)
    try:
        worker = Worker(config)
        signal.signal(signal.SIGTERM, worker.stop)
        signal.signal(signal.SIGINT, worker.stop)
        worker.run()
    except (psycopg.Error, ClickHouseError, OSError) as error:
        # What was under way is rolled back or finished by `keep.recover`; the supervisor starts
        # another worker. At once: the keeper's thread must not go on without its locks.
        _log.error("worker_lost_a_database", error=type(error).__name__)
        os._exit(1)


def run_sender(config: Config, rules: Rules | None = None) -> None:
    """Send messages until SIGTERM."""
    log.setup(config.log_format, config.log_level, "sender")
    keys = vault_of(config).workspace(config.workspace)
    email = Email(Settings.of(config))
    composer = EmailComposer(email, keys, config.address)
    sender = Sender(config.postgres_url, config.workspace, keys, email, composer, rules)

    async def send() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await sender.run(stop)

    uvloop.run(send())
