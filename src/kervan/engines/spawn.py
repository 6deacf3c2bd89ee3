"""Starts child processes that cannot outlive us, and ends them within a deadline."""

import contextlib
import json
import os
import pwd
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from kervan.kernel import clock

_LAUNCH = str(Path(__file__).with_name("launch.py"))


@dataclass(frozen=True, slots=True)
class User:
    """Whom a child runs as; `override` keeps the right to pass closed directories."""

    uid: int
    gid: int
    override: bool = False


def unprivileged() -> User | None:
    """The user for programs that refuse root: none needed unless we are root.

    An operator who wants a user of its own creates one named `kervan`.
    """
    if os.geteuid() != 0:
        return None
    for name in ("kervan", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return User(entry.pw_uid, entry.pw_gid)
    return User(65534, 65534)


def command(
    argv: Sequence[str], user: User | None = None, death_signal: int = signal.SIGKILL
) -> list[str]:
    """`argv` behind the launcher: as `user`, ended by `death_signal` when we die (Linux).

    The signal follows the thread that starts the child, so start children from a thread
    that lives as long as the process.
    """
    plan = {
        "uid": user.uid if user else None,
        "gid": user.gid if user else None,
        "override": bool(user and user.override),
        "death_signal": int(death_signal),
        "parent": os.getpid(),
    }
    return [sys.executable, "-I", "-S", _LAUNCH, json.dumps(plan), *argv]


def start(
    argv: Sequence[str],
    *,
    user: User | None = None,
    death_signal: int = signal.SIGKILL,
    env: Mapping[str, str] | None = None,
    output: int | None = None,
    cwd: Path | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start `argv` in its own process group, so that a Ctrl-C reaches only the supervisor.

    Its standard input is a pipe held by us: where there is no death signal the child reads
    end-of-file when we die. `output` takes standard output and error (None: inherited).
    """
    return subprocess.Popen(
        command(argv, user, death_signal),
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        env=dict(env) if env is not None else None,
        cwd=cwd,
        pass_fds=pass_fds,
        process_group=0,
    )


def stop(process: subprocess.Popen[bytes], steps: Sequence[tuple[int, float]]) -> int:
    """Send each signal and wait its seconds, until the process is gone; give its status."""
    for number, seconds in steps:
        if process.poll() is not None:
            break
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    if process.poll() is None:
        process.kill()
    if process.stdin:
        process.stdin.close()
    return process.wait()


def exit_with_parent() -> None:
    """Call this in a child's `main`: it ends when the supervisor does.

    Linux sends a death signal already; elsewhere our standard input, a pipe the supervisor
    holds, comes to its end.
    """

    def watch() -> None:
        while sys.stdin.buffer.read(1):
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def living_in(directory: Path) -> list[psutil.Process]:
    """Other processes whose working directory is `directory` (PostgreSQL's always is)."""
    home = os.path.realpath(directory)
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.cwd() == home:
                found.append(process)
    return found


def end(processes: Sequence[psutil.Process], steps: Sequence[tuple[int, float]]) -> None:
    """Like `stop`, for processes that are not our children."""
    alive = list(processes)
    for number, seconds in [*steps, (int(signal.SIGKILL), 5.0)]:
        for process in alive:
            with contextlib.suppress(psutil.Error):
                process.send_signal(number)
        _, alive = psutil.wait_procs(alive, timeout=seconds)
        if not alive:
            return


def wait_until(ready: Callable[[], bool], seconds: float, pause_seconds: float = 0.02) -> bool:
    """Poll `ready` until it is true or `seconds` have passed; say which."""
    deadline = clock.monotonic() + seconds
    while not ready():
        if clock.monotonic() > deadline:
            return False
        clock.sleep(pause_seconds)
    return True
