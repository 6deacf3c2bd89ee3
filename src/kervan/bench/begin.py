"""Starts a whole Kervan in an empty directory for the time of a bench, by its own command."""

import contextlib
import dataclasses
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from kervan.bench.report import note
from kervan.engines import hold
from kervan.kernel import clock
from kervan.kernel.config import Config, environment
from kervan.kernel.errors import KervanError

_START_SECONDS = 60
_KEY = re.compile(r"^Write key\s+(\S+)$")


@dataclass(frozen=True, slots=True)
class Running:
    """A Kervan that is up: where it listens, a server's write key, where its engines are."""

    data: Path
    host: str
    port: int
    key: str
    postgres_url: str
    clickhouse_url: str
    process: psutil.Process

    def of(self, word: str) -> list[psutil.Process]:
        """Its processes started as `kervan WORD`."""
        found = []
        for child in self.process.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if child.cmdline()[-1:] == [word]:
                    found.append(child)
        return found

    def cpu_seconds(self) -> dict[str, float]:
        """CPU time of its processes that live now, by part: web, worker, postgres, front ..."""
        found: dict[str, float] = {}
        for child in [self.process, *self.process.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                times = child.cpu_times()
                part = _part(child)
                found[part] = found.get(part, 0.0) + times.user + times.system
        return found


def _part(process: psutil.Process) -> str:
    words = process.cmdline()
    if "postgres" in process.name():
        return "postgres"
    if "kervan.engines.front" in words:
        return "clickhouse"
    return words[-1] if words else "?"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody listens on this port of loopback."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as line:
        # On a free port of those given out a caller can meet itself.
        return bool(line.getsockname() != line.getpeername())
    return False


@contextlib.contextmanager
def place() -> Iterator[Path]:
    """An empty directory that other users may enter, gone at the end."""
    found = Path(tempfile.mkdtemp(prefix="kervan-bench-"))
    found.chmod(0o755)
    try:
        yield found
    finally:
        shutil.rmtree(found, ignore_errors=True)


@contextlib.contextmanager
def kervan(config: Config, **changes: object) -> Iterator[Running]:
    """A new Kervan like `config` with `changes`, gone with all its data at the end.

    Raises bench.not_started when it does not come up.
    """
    with place() as here:
        mine = dataclasses.replace(
            config, data=here / "data", host="127.0.0.1", port=free_port(), log_format="plain",
            log_level="warning", **changes,  # type: ignore[arg-type]
        )  # fmt: skip
        log = here / "log"
        with log.open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "kervan", "up"], env=environment(mine), text=True,
                stdout=subprocess.PIPE, stderr=errors,
            )  # fmt: skip
        try:
            key = _announced(process, log)
            found = hold.read_note(mine.data)
            yield Running(mine.data, mine.host, mine.port, key, found["postgres_url"],
                          found["clickhouse_url"], psutil.Process(process.pid))  # fmt: skip
        except BaseException:
            note(f"the last words of that Kervan:\n{_end_of(log)}")
            raise
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
            process.wait()


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


def _announced(process: "subprocess.Popen[str]", log: Path) -> str:
    key = ""
    deadline = clock.monotonic() + _START_SECONDS
    assert process.stdout is not None
    while clock.monotonic() < deadline:
        line = process.stdout.readline()
        if not line:
            break
        if found := _KEY.match(line):
            key = found[1]
        if line.startswith("Sign in") and key:
            return key
    raise KervanError("bench.not_started", 500, log=_end_of(log)[-400:])
