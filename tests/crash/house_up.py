"""A whole Kervan started by its own command, with ways to see inside and to kill its parts."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psutil
import psycopg
from clickhouse_connect.driver.client import Client

from kervan.engines import hold
from kervan.kernel import clickhouse, crypto, keyring, postgres

ROOT = Path(__file__).resolve().parents[2]
VICTIMS = ("postgres", "backend", "clickhouse", "web", "worker", "sender", "supervisor")
WEB, WORKERS = 2, 2
_START_SECONDS = 180  # several may start at once on two cores
_JOURNEY = """\
journey:
  key: reminder
  name: Reminder
  trigger: {event: Product Added}
  reentry: never
  steps:
    - {key: think, kind: wait, for: 1 second, next: remind}
    - key: remind
      kind: send_email
      class: transactional
      message:
        subject: Your basket, {{ person.first_name }}
        mjml: >-
          <mjml><mj-body><mj-section><mj-column><mj-text>Hello</mj-text></mj-column></mj-section>
          </mj-body></mjml>
      next: done
    - {key: done, kind: exit}
"""
_IN_FLIGHT = """
select (select coalesce(sum(events), 0)::int from kervan.intake where batch is null),
    (select count(*)::int from kervan.batch),
    (select count(*)::int from message_open where claimed_by is not null and doubt_at is null),
    (select count(*)::int from journey_signal),
    (select count(*)::int from journey_run where state = 1),
    (select count(*)::int from message_open where doubt_at is null),
    (select count(*)::int from message_open o
        join hand_over h on h.message = o.message and h.attempt = o.attempt
        where o.claimed_by is not null and o.doubt_at is null and h.answer is null)
"""


@dataclass(frozen=True)
class InFlight:
    """What a kill can hit: events and batches on their way, messages being sent."""

    events: int
    batches: int
    sending: int
    signals: int
    inside: int
    queued: int
    unanswered: int

    def __bool__(self) -> bool:
        """Whether anything is on its way in the databases."""
        return any((self.events, self.batches, self.signals, self.inside, self.queued))

    def hurts(self, victim: str, requests: int) -> bool:
        """Whether a kill of `victim` now hits work it is doing; at idle it would not count."""
        work = {
            "web": requests,
            "worker": self.events and self.batches,
            "clickhouse": self.batches,
            "sender": self.unanswered,
        }
        return bool(work.get(victim, requests and (self.events or self.batches)))


class House:
    """One Kervan in one directory; `program` is the module that runs as `kervan`."""

    def __init__(self, program: tuple[str, ...] = ("kervan",)) -> None:
        self.place = Path(tempfile.mkdtemp(prefix="kervan-crash-"))
        self.place.chmod(0o755)
        self.data = self.place / "data"
        self.key = ""
        self._program = program
        self._process: subprocess.Popen[str] | None = None
        self._notes = self.place / "mails"
        self._notes.touch()
        self._sink, smtp_port = self._start_sink()
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            self.port = int(door.getsockname()[1])
        self._env = {
            **os.environ,
            "KERVAN_DATA": str(self.data),
            "KERVAN_PORT": str(self.port),
            "KERVAN_WEB_PROCESSES": str(WEB),
            "KERVAN_WORKER_PROCESSES": str(WORKERS),
            "KERVAN_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
            "KERVAN_MAIL_FROM": "Shop <shop@ornek.test>",
            "KERVAN_LOG_FORMAT": "plain",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        }
        self._conn: psycopg.Connection | None = None

    def _start_sink(self) -> tuple[subprocess.Popen[str], int]:
        sink = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.house_sink", str(self._notes)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert sink.stdout is not None
        return sink, int(sink.stdout.readline())

    @property
    def log(self) -> str:
        """What the house has said so far."""
        return (self.place / "log").read_text(errors="replace")

    def start(self) -> float:
        """Start, or start again; gives the seconds until it said that it is up."""
        started = time.monotonic()
        with (self.place / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self._program, "up"],
                cwd=ROOT,
                env=self._env,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        while line := self._process.stdout.readline():
            if found := re.match(r"Write key\s+(\S+)", line):
                self.key = found[1]
            if line.startswith("Sign in"):
                return time.monotonic() - started
            assert time.monotonic() - started < _START_SECONDS
        raise AssertionError(f"Kervan did not start:\n{self.log[-2000:]}")

    def apply_journey(self) -> None:
        """Make the journey live."""
        text = self.place / "journey.yaml"
        text.write_text(_JOURNEY)
        company = ["--title", "Shop", "--mersis", "0" * 16, "--email", "shop@ornek.test"]
        for words in (["company", "set", *company], ["apply", str(text)]):
            subprocess.run(
                [sys.executable, "-m", "kervan", *words],
                cwd=ROOT,
                env=self._env,
                check=True,
                stdout=subprocess.DEVNULL,
            )

    def stop(self) -> None:
        """Stop everything, and forget it."""
        if self._conn is not None:
            self._conn.close()
        if self._process is not None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(20)
            _end(self._process)
        _end(self._sink)
        shutil.rmtree(self.place, ignore_errors=True)

    @property
    def conn(self) -> psycopg.Connection:
        """Our own eyes on PostgreSQL; opened again after its crash."""
        while self._conn is None or self._conn.closed:
            note = hold.read_note(self.data)
            with contextlib.suppress(psycopg.OperationalError, KeyError):
                self._conn = postgres.connect(
                    note["postgres_url"], autocommit=True, workspace="main"
                )
                break
            time.sleep(0.1)
        return self._conn

    def rows(self, statement: str, *values: object) -> list[tuple]:
        """The rows of a statement; waits for a PostgreSQL that is away."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.conn.execute(statement, values or None).fetchall()
            except psycopg.Error:
                if self._conn is not None:
                    self._conn.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    @property
    def history(self) -> Client:
        """A client on the workspace's history."""
        url = hold.read_note(self.data)["clickhouse_url"]
        return clickhouse.connect(url, "ws_main", timeout_seconds=60)

    @property
    def vault(self) -> crypto.WorkspaceVault:
        """The keys of the workspace."""
        key = crypto.load_master_key(self.data / "master.key")
        return keyring.open_vault(self.conn, key).workspace("main")

    def mails(self) -> list[tuple[str, str]]:
        """(message, recipient) of every mail the sink took."""
        lines = self._notes.read_text().splitlines()
        return [(line.split()[0], line.split()[1]) for line in lines]

    def in_flight(self) -> InFlight:
        """What is on its way right now."""
        return InFlight(*self.rows(_IN_FLIGHT)[0])

    def kill(self, victim: str, random: Random) -> int:
        """kill -9 of one process of this kind; gives its number. The supervisor is restarted."""
        assert self._process is not None
        if victim == "supervisor":
            _end(self._process)
            return self._process.pid
        deadline = time.monotonic() + _START_SECONDS
        while not (found := self._processes(victim)):  # it may just be starting again
            assert time.monotonic() < deadline, f"no {victim} to kill\n{self.log[-2000:]}"
            time.sleep(0.05)
        target = random.choice(found)
        with contextlib.suppress(psutil.NoSuchProcess):
            target.send_signal(signal.SIGKILL)
        return target.pid

    def _processes(self, victim: str) -> list[psutil.Process]:
        assert self._process is not None
        found = []
        for child in psutil.Process(self._process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if _kind(child) == victim:
                    found.append(child)
        return found


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _kind(process: psutil.Process) -> str:
    words = process.cmdline()
    if not words:
        return ""
    if words[0].startswith("postgres:"):
        return "backend" if "[local]" in words[0] else "postgres helper"
    if words[0].endswith("/postgres"):
        return "postgres"
    if "kervan.engines.front" in words:
        return "clickhouse"
    return words[-1]
