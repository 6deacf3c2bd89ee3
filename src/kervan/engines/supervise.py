"""Starts the engines and every process of Kervan, keeps them alive and stops them together."""

import contextlib
import dataclasses
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

import psycopg

from kervan.engines import hold, outside, spawn
from kervan.engines.clickhouse import EmbeddedClickHouse
from kervan.engines.postgres import EmbeddedPostgres
from kervan.kernel import clock, log, workspaces
from kervan.kernel import postgres as kernel_postgres
from kervan.kernel.beside import Beside
from kervan.kernel.config import Config, environment
from kervan.kernel.errors import KervanError

_log = log.get("engines.supervise")

_LOOK_SECONDS = 0.1
_STOP_SECONDS = 3.5
_READY_SECONDS = 60.0
_FIRST_DELAY_SECONDS = 0.1
_LONGEST_DELAY_SECONDS = 30.0
_HEALTHY_SECONDS = 60.0
_ANEW_SECONDS = 2.0
"""How often is asked what is to run: a workspace that was opened begins to work so soon."""


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """One process to keep running; `env` is added to the environment of the configuration.

    `ready` is asked until it says yes before `up` announces that Kervan is up.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] | None = None
    pass_fds: Sequence[int] = ()


class Backoff:
    """How long to wait before the next restart: doubling, until a run was long enough."""

    def __init__(self) -> None:
        self._delay_seconds = 0.0
        self._started = 0.0

    def began(self, at: float) -> None:
        """A run began at `at` (seconds, monotonic)."""
        self._started = at

    def ended(self, at: float) -> float:
        """The run ended at `at`; gives the instant of the next start."""
        if at - self._started > _HEALTHY_SECONDS:
            self._delay_seconds = 0.0
        wait = max(_FIRST_DELAY_SECONDS, self._delay_seconds)
        self._delay_seconds = min(_LONGEST_DELAY_SECONDS, wait * 2)
        return at + wait


@dataclass(slots=True)
class _Child:
    """Something that runs: how to start it again, and its process while it lives."""

    name: str
    start: Callable[[], subprocess.Popen[bytes] | None]
    process: subprocess.Popen[bytes] | None = None
    backoff: Backoff = field(default_factory=Backoff)
    next_start: float = 0.0

    def look(self, now: float) -> None:
        """Notice a death, and start again when its time has come."""
        if self.process is not None:
            status = self.process.poll()
            if status is None:
                return
            self.next_start = self.backoff.ended(now)
            self.process = None
            _log.warning(
                "child_died",
                child=self.name,
                status=status,
                restart_in_seconds=round(self.next_start - now, 1),
            )
        if now >= self.next_start:
            self.run(now)

    def run(self, now: float) -> None:
        """Start; an expected failure is said and tried again later."""
        self.backoff.began(now)
        try:
            self.process = self.start()
        except KervanError as error:
            self.next_start = self.backoff.ended(clock.monotonic())
            _log.error("child_not_started", child=self.name, why=error.say())
            return
        _log.info("child_started", child=self.name, pid=self.process.pid if self.process else None)


class Engines:
    """The two databases of a configuration: ours inside its directory, or the ones it names."""

    def __init__(self, config: Config, give_up: Callable[[], bool] = lambda: False) -> None:
        self._given = config
        self._give_up = give_up
        self.postgres: EmbeddedPostgres | None = None
        self.clickhouse: EmbeddedClickHouse | None = None
        if not config.postgres_url:
            self.postgres = EmbeddedPostgres(config.data / "postgres")
        if not config.clickhouse_url:
            self.clickhouse = EmbeddedClickHouse(
                config.data / "clickhouse", config.log_format, config.log_level
            )

    def start(self) -> Config:
        """Start ours, check the others; gives the configuration with both addresses."""
        config = self._given
        if self.postgres:
            config = dataclasses.replace(config, postgres_url=self._start(self.postgres))
        else:
            outside.check_postgres(config.postgres_url)
        if self.clickhouse:
            config = dataclasses.replace(config, clickhouse_url=self._start(self.clickhouse))
        else:
            outside.check_clickhouse(config.clickhouse_url)
        return config

    def children(self) -> list[_Child]:
        """Ours, as things to keep alive."""
        found = []
        if (postgres := self.postgres) is not None:
            found.append(_Child("postgres", lambda: self._again(postgres), postgres.process))
        if (clickhouse := self.clickhouse) is not None:
            found.append(_Child("clickhouse", lambda: self._again(clickhouse), clickhouse.process))
        return found

    def _start(self, engine: EmbeddedPostgres | EmbeddedClickHouse) -> str:
        return engine.start(give_up=self._give_up)

    def _again(
        self, engine: EmbeddedPostgres | EmbeddedClickHouse
    ) -> subprocess.Popen[bytes] | None:
        engine.start(give_up=self._give_up)
        return engine.process

    def stop(self) -> None:
        """Stop ours, ClickHouse first: PostgreSQL knows what it still lacks."""
        if self.clickhouse:
            self.clickhouse.stop()
        if self.postgres:
            self.postgres.stop()


class _Wishes:
    """Asks anew what is to run, in a thread: a far database that is silent holds up nothing."""

    def __init__(
        self, wanted: Callable[[], Sequence[ChildSpec]], stopping: threading.Event
    ) -> None:
        self._wanted = wanted
        self._stopping = stopping
        self._latest: Sequence[ChildSpec] | None = None
        self._thread = Beside("wishes", self._ask)
        self._thread.start()

    def news(self) -> Sequence[ChildSpec] | None:
        """The latest answer, once. Raises what asking failed with."""
        self._thread.check()
        latest, self._latest = self._latest, None
        return latest

    def _ask(self) -> None:
        while not self._stopping.wait(_ANEW_SECONDS):
            self._latest = self._wanted()


class Supervisor:
    """Runs the children of one Kervan until told to stop."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._children: list[_Child] = []
        self._own: dict[str, _Child] = {}

    def stop(self, *_: object) -> None:
        """End `run` soon; also usable as a signal handler."""
        self._stopping.set()

    @property
    def is_stopping(self) -> bool:
        """Whether somebody asked us to stop."""
        return self._stopping.is_set()

    def run(
        self,
        engines: Engines,
        config: Config,
        wanted: Callable[[], Sequence[ChildSpec]],
        announce: Callable[[Config], None],
    ) -> None:
        """Keep engines and what is `wanted` alive until `stop`; then stop what was started.

        `wanted` is asked again and again: what is new begins, what is wanted no more is stopped.
        """
        self._children = engines.children()
        now = clock.monotonic()
        for engine in self._children:
            engine.backoff.began(now)
        try:
            specs = wanted()
            self._change(specs, config)
            if self._wait_ready([spec.ready for spec in specs if spec.ready]):
                announce(config)
            wishes = _Wishes(wanted, self._stopping)
            while not self._stopping.wait(_LOOK_SECONDS):
                self._look()
                if (news := wishes.news()) is not None:
                    self._change(news, config)
        finally:
            _stop_all(_processes(self._own.values()))

    def _change(self, specs: Sequence[ChildSpec], config: Config) -> None:
        names = {spec.name for spec in specs}
        gone = [self._own.pop(name) for name in [*self._own] if name not in names]
        self._children = [child for child in self._children if child not in gone]
        _stop_all(_processes(gone))
        for spec in specs:
            if spec.name not in self._own:
                child = self._own[spec.name] = _Child(spec.name, _starter(spec, config))
                self._children.append(child)
                child.run(clock.monotonic())

    def _look(self) -> None:
        now = clock.monotonic()
        for child in self._children:
            child.look(now)

    def _wait_ready(self, questions: list[Callable[[], bool]]) -> bool:
        deadline = clock.monotonic() + _READY_SECONDS
        while not all(ready() for ready in questions):
            if self._stopping.wait(_LOOK_SECONDS):
                return False
            self._look()
            if clock.monotonic() > deadline:
                raise KervanError("engines.not_ready", 500, seconds=round(_READY_SECONDS))
        return True


def _starter(spec: ChildSpec, config: Config) -> Callable[[], subprocess.Popen[bytes]]:
    env = {**environment(config), **spec.env}
    return lambda: spawn.start(spec.argv, env=env, pass_fds=spec.pass_fds)


def _processes(children: Iterable[_Child]) -> list[subprocess.Popen[bytes]]:
    return [child.process for child in children if child.process]


def _stop_all(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask all at once, then give them together the time one would get."""
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    deadline = clock.monotonic() + _STOP_SECONDS
    for process in processes:
        seconds = max(0.05, deadline - clock.monotonic())
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        spawn.stop(process, ())


def up(
    config: Config,
    children: Callable[[Config], Sequence[ChildSpec]],
    *,
    prepare: Callable[[Config], None] = lambda _config: None,
    announce: Callable[[Config], None] = lambda _config: None,
) -> int:
    """Run Kervan until SIGTERM or Ctrl-C; gives the exit status.

    The functions get the configuration with both engines' addresses: `prepare` (migrations)
    before `children` are started, `announce` when all of them are ready. `children` is asked
    again while Kervan runs.
    Raises KervanError `engines.…` for what keeps Kervan from starting.
    """
    supervisor = Supervisor()
    held = hold.Hold(config.data)
    held.take()
    previous = {
        number: signal.signal(number, _handler(supervisor))
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    engines = Engines(config, lambda: supervisor.is_stopping)
    try:
        hold.check_space(config.data)
        outside.check_port(config.host, config.port)
        ready = engines.start()
        held.note(
            address=ready.address,
            postgres_url=ready.postgres_url,
            clickhouse_url=ready.clickhouse_url,
        )
        if not supervisor.is_stopping:
            prepare(ready)
            supervisor.run(engines, ready, lambda: children(ready), announce)
        _log.info("stopping")
        return 0
    except KervanError:
        # Whoever stops us while an engine starts did not come to hear that it did not start.
        if supervisor.is_stopping:
            return 0
        raise
    finally:
        engines.stop()
        held.release()
        for number, handler in previous.items():
            signal.signal(number, handler)


def _handler(supervisor: Supervisor) -> Callable[[int, FrameType | None], None]:
    return lambda _number, _frame: supervisor.stop()


@contextlib.contextmanager
def attached(config: Config) -> Iterator[Config]:
    """The configuration with both engines' addresses, for a single command.

    Uses the engines of the Kervan that runs on the same directory, or starts them for the
    time of the `with` block. Of one that runs the address is its own, whatever port the command
    would have taken. A workspace beside the first has its own country, clock and address.
    """
    if config.postgres_url and config.clickhouse_url:
        yield _placed(_as_running(config))
        return
    held = hold.Hold(config.data)
    try:
        held.take()
    except KervanError as error:
        note = hold.read_note(config.data)
        if error.code != "engines.already_running" or "postgres_url" not in note:
            raise
        running = dataclasses.replace(
            _as_running(config),
            postgres_url=note["postgres_url"],
            clickhouse_url=note["clickhouse_url"],
        )
        yield _placed(running)
        return
    engines = Engines(config)
    try:
        yield _placed(engines.start())
    finally:
        engines.stop()
        held.release()


def _placed(config: Config) -> Config:
    try:
        one = kernel_postgres.look(
            config.postgres_url, lambda conn: workspaces.find(conn, config.workspace)
        )
    except (psycopg.Error, KervanError):  # no tables yet, or none of such a workspace
        return config
    return config if one.is_first else workspaces.within(config, one)


def _as_running(config: Config) -> Config:
    note = hold.read_note(config.data) if hold.is_held(config.data) else {}
    return dataclasses.replace(config, public_url=config.public_url or note.get("address", ""))
