"""The embedded ClickHouse, seen from outside: starts and stops the front process."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil

from kervan.engines import spawn
from kervan.kernel import ids, log
from kervan.kernel.errors import KervanError

_log = log.get("engines.clickhouse")

_STOP = ((signal.SIGTERM, 2.5),)


class EmbeddedClickHouse:
    """One front process over the directory `data` (created when missing).

    Address and secret stay the same for the life of this object, also when the front is
    restarted: the listening socket is ours, and clients wait in its queue meanwhile.
    """

    def __init__(self, data: Path, log_format: str = "auto", log_level: str = "info") -> None:
        self.data = data.absolute()
        self._arguments = ["--log-format", log_format, "--log-level", log_level]
        self._secret = ids.secret()
        self._listener: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """The running front, for the supervisor to watch."""
        return self._process

    @property
    def url(self) -> str:
        """The address for clickhouse-connect, with user and secret."""
        if self._listener is None:
            raise RuntimeError("start() first")
        return f"http://kervan:{self._secret}@127.0.0.1:{self._listener.getsockname()[1]}"

    def start(
        self, timeout_seconds: float = 120.0, give_up: Callable[[], bool] = lambda: False
    ) -> str:
        """Start the front and wait until it answers; give its URL.

        Raises `engines.clickhouse_failed`, also when `give_up` says that nobody waits any more.
        """
        self._end_process()
        try:
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._end_leftover()
        except OSError as error:
            raise KervanError(
                "engines.data_unwritable", 500, path=self.data, reason=error.strerror
            ) from error
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        number = self._listener.fileno()
        process = spawn.start(
            [
                sys.executable,
                "-P",
                "-m",
                "kervan.engines.front",
                "--data",
                str(self.data),
                "--socket",
                str(number),
                *self._arguments,
            ],
            pass_fds=(number,),
        )
        self._process = process
        if process.stdin is None:
            raise RuntimeError("spawn.start gives a pipe")
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(self._secret.encode() + b"\n")
            process.stdin.flush()
        (self.data / "front.pid").write_text(str(process.pid))
        ready = spawn.wait_until(
            lambda: process.poll() is not None or give_up() or self._answers(), timeout_seconds
        )
        if not ready or give_up() or process.poll() is not None:
            self._end_process()
            raise KervanError(
                "engines.clickhouse_failed", 500, path=self.data, exit_status=process.returncode
            )
        return self.url

    def stop(self) -> None:
        """Stop the front; running queries are cancelled, acknowledged rows are on disk."""
        self._end_process()
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _end_process(self) -> None:
        if self._process is not None:
            spawn.stop(self._process, _STOP)
            self._process = None

    def _answers(self) -> bool:
        if self._listener is None:
            return False
        ping = http.client.HTTPConnection("127.0.0.1", self._listener.getsockname()[1], timeout=0.2)
        try:
            ping.request("GET", "/ping")
            return ping.getresponse().status == 200
        except OSError:
            return False
        finally:
            ping.close()

    def _end_leftover(self) -> None:
        """End a front that outlived a killed supervisor: only one may have the directory."""
        with contextlib.suppress(OSError, ValueError, psutil.Error):
            process = psutil.Process(int((self.data / "front.pid").read_text()))
            if "kervan.engines.front" in process.cmdline() and process.pid != os.getpid():
                _log.warning("leftover_front_stopped", pid=process.pid)
                spawn.end([process], [(signal.SIGTERM, 5.0)])
