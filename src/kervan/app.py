"""The composition root: the one file that knows every room and wires them together."""

import gc
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import uvicorn

from kervan.collect import keep, sources, store
from kervan.collect.intake import drop_days, open_days
from kervan.collect.process import Hook, Limits, Processor
from kervan.commerce import orders
from kervan.engines.supervise import ChildSpec
from kervan.kernel import clickhouse, clock, crypto, log, migrate, postgres
from kervan.kernel.config import Config
from kervan.web import app as web
from kervan.web import auth

_log = log.get("app")
_IDLE_SECONDS = 0.02
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
    return [*specs, ChildSpec("sender", [*me, "sender"])]


def _answers(config: Config) -> bool:
    host = "127.0.0.1" if config.host in ("", "0.0.0.0", "::") else config.host  # noqa: S104
    try:
        with urlopen(f"http://{host}:{config.port}/health", timeout=1) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def first_key(config: Config) -> tuple[str, str]:
    """A write key to start with ("" after the first start) and a one-time sign-in link."""
    with postgres.connect(config.postgres_url) as conn:
        key = ""
        if not sources.describe(conn, config.workspace):
            key = sources.create(conn, config.workspace, "First source", "server")
        return key, sign_in_link(conn, config)


def sign_in_link(conn: postgres.Connection, config: Config) -> str:
    """The address that signs its first visitor in."""
    return f"{config.address}/sign-in?token={auth.make_link(conn)}"


def new_token(conn: postgres.Connection, name: str) -> str:
    """A token with which a program uses the API."""
    return auth.make_token(conn, name)


def run_web(config: Config) -> None:
    """Serve HTTP until SIGTERM; several processes share the port."""
    log.setup(config.log_format, config.log_level, "web")
    application = web.create(config, vault_of(config))
    door = socket.socket(socket.AF_INET6 if ":" in config.host else socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    door.bind((config.host, config.port))
    settings = uvicorn.Config(
        application, log_level="warning", access_log=False, timeout_graceful_shutdown=4,
        server_header=False, loop="uvloop", http="httptools", lifespan="on",
    )
    uvicorn.Server(settings).run(sockets=[door])


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
            self._connect(), clickhouse.connect(config.clickhouse_url, database)
        )
        known = sources.Sources()
        known.refresh(self._conn)
        self._processor = Processor(
            self._conn, self._vault, known, config.workspace, worker=self._number,
            country=config.country, hooks=self._hooks(),
            limits=Limits(event_names=config.event_names_limit), deduplicate=deduplicate,
        )
        self._conn.commit()

    def _connect(self) -> postgres.Connection:
        return self._open.enter_context(
            postgres.connect(self._config.postgres_url, workspace=self._config.workspace)
        )

    def _hooks(self) -> list[Hook]:
        return [orders.record]

    def stop(self, *_: object) -> None:
        """End `run` after the step under way; also usable as a signal handler."""
        self._stop.set()

    def run(self) -> None:
        """Work until stopped. Any failure of a database ends the process; it is restarted."""
        recovered = tidied = -_TIDY_SECONDS
        while not self._stop.is_set():
            now = clock.monotonic()
            if now - recovered > _RECOVER_SECONDS:
                keep.recover(self._conn, self._history, self._workspace, self._number)
                self._conn.commit()
                recovered = now
            if now - tidied > _TIDY_SECONDS:
                self._tidy()
                tidied = now
            if not self._turn():
                self._stop.wait(_IDLE_SECONDS)
        self._keeper.stop()
        self._open.close()

    def _turn(self) -> bool:
        block = self._processor.step()
        self._conn.commit()
        if block is not None and (block.rows or block.links):
            self._keeper.put(block)
        self._keeper.check()
        return block is not None

    def _tidy(self) -> None:
        today = clock.now().date()
        open_days(self._conn, [today + timedelta(days=days) for days in (0, 1, 2)])
        self._conn.commit()
        tasks: list[Callable[[], object]] = [
            lambda: drop_days(self._conn, today - timedelta(days=self._config.replay_days)),
            lambda: store.drop_weeks(
                self._conn, clock.now() - timedelta(days=_FORGET_SEEN_DAYS)
            ),
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
    worker = Worker(config)
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    worker.run()
