"""A few processes that render, started when they are needed, anew when a template took one down."""

import os
import select
import signal
import subprocess
import sys
import threading
from collections import deque
from typing import IO, Any

import msgspec

from kervan.content.confine import wire
from kervan.content.confine.wire import Answer, Task
from kervan.kernel import clock, log
from kervan.kernel.errors import KervanError

_log = log.get("confine")
_MOST = 2
_PATIENCE_SECONDS = 20.0
"""By the clock on the wall, for a machine that is busy; the child's own limit is of CPU time."""
_answers = msgspec.msgpack.Decoder(list[Answer]).decode


class Killed(Exception):
    """The process that rendered is gone, or was ended because it never would be done."""


class Unavailable(KervanError):
    """No process to render in could be started: nothing is said of any template."""

    def __init__(self) -> None:
        super().__init__("content.render_unavailable", status=503)


class _Left(Exception):
    """The process had gone by itself, having had nothing to do."""


_NOBODYS_FAULT = (-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP)
"""Ends that no template brings about: somebody stops this program, and all of its processes."""


class _Child:
    def __init__(self, module: str = "kervan.content.confine.child") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            bufsize=0,
            start_new_session=True,  # Ctrl-C in a terminal is not meant for it
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._in: IO[bytes] = self._process.stdin
        self._out = self._process.stdout.fileno()
        until = clock.monotonic() + _PATIENCE_SECONDS
        try:  # one that never began was not taken down by a template
            wire.read(lambda count: self._read(count, until))
        except (OSError, EOFError, TimeoutError):
            self.end()
            raise Unavailable from None

    def ask(self, task: Task, patience_seconds: float = _PATIENCE_SECONDS) -> list[Answer]:
        """Raises Killed, Unavailable and _Left."""
        raw = msgspec.msgpack.encode(task, enc_hook=str)
        until = clock.monotonic() + patience_seconds
        try:
            wire.write(self._in, raw)
            return _answers(wire.read(lambda count: self._read(count, until)))
        except (OSError, EOFError, msgspec.MsgspecError) as error:
            status = self._status()
            self.end()
            if (isinstance(error, TimeoutError) and status is None) or status in _NOBODYS_FAULT:
                raise Unavailable from None  # a busy machine: what burns its own time is ended
            raise (_Left if status == 0 else Killed) from None

    def _read(self, count: int, until: float) -> bytes:
        ready, _, _ = select.select([self._out], [], [], max(0.0, until - clock.monotonic()))
        if not ready:
            raise TimeoutError
        return os.read(self._out, count)

    def _status(self) -> int | None:
        """How it ended, a signal below zero; None for one that goes on."""
        try:
            return self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return None

    def alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


class Pool:
    """Lends its processes to threads; at most a few render at once, the others wait."""

    def __init__(self, most: int = _MOST) -> None:
        self._free = threading.BoundedSemaphore(most)
        self._idle: deque[_Child] = deque()

    def ask(self, task: Task) -> list[Answer]:
        """One answer for each scene of `task`. Raises Killed and Unavailable."""
        with self._free:
            while True:
                child = self._borrow()
                try:
                    answers = child.ask(task)
                except _Left:
                    continue
                except Killed:
                    _log.warning("render_killed", scenes=len(task.scenes))
                    raise
                self._idle.append(child)
                return answers

    def _borrow(self) -> _Child:
        while self._idle:
            child = self._idle.pop()
            if child.alive():
                return child
            child.end()
        return _Child()

    def close(self) -> None:
        """End the processes that wait; another is started when one is needed."""
        while self._idle:
            self._idle.pop().end()


shared = Pool()
"""The one of this process."""


def plain(scene: dict[str, Any]) -> dict[str, Any]:
    """A scene as it can be told to another process: what no template may hold is a text there."""
    found: dict[str, Any] = msgspec.to_builtins(scene, enc_hook=str)
    return found
