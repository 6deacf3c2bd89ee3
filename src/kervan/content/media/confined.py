"""Reads an uploaded picture in a process of its own, which may take only so much memory and time.

Whoever brings a picture made to hurt its reader, or one that a decoder fails on, ends that process
and not this one. It gets the file as its first descriptor, writes what came of it into another, and
is told nothing else: no keys, no databases.
"""

import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Any

import msgspec

import kervan
from kervan.content.media.picture import Picture
from kervan.kernel import log
from kervan.kernel.errors import KervanError

_log = log.get("media")
ROOM_BYTES = 900_000_000
"""What reading may take on top of what the process has when it begins."""
CPU_SECONDS = 20
"""Both are several times what honest pictures were seen to take."""
_WAIT_SECONDS = 30.0
_PATIENCE_SECONDS = 60.0
"""By the clock on the wall, for a machine that is busy; the child's own limit is of CPU time."""
_NOBODYS_FAULT = (-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP)
"""Ends that no picture brings about: somebody stops this program, and all of its processes."""
_one_at_a_time = threading.BoundedSemaphore(1)


class Answer(msgspec.Struct):
    """What an upload became, or the `code` and facts of why it became nothing."""

    picture: Picture | None = None
    code: str = ""
    status: int = 0
    params: dict[str, Any] = {}


def read(file: IO[bytes], room_bytes: int = ROOM_BYTES, cpu_seconds: int = CPU_SECONDS) -> Picture:
    """The picture in `file`, a real one of the system's, as `picture.read` makes it.

    Raises what that raises, content.media_heavy (422) for one that takes too much memory or time,
    and content.media_busy (503) while others are read or no process could be started.
    """
    file.flush()
    if not _one_at_a_time.acquire(timeout=_WAIT_SECONDS):
        raise KervanError("content.media_busy", status=503)
    try:
        answer = _asked(file, room_bytes, cpu_seconds)
    finally:
        _one_at_a_time.release()
    if answer.picture is None:
        raise KervanError(answer.code, answer.status, **answer.params)
    return answer.picture


def _asked(file: IO[bytes], *limits: int) -> Answer:
    heavy = Answer(code="content.media_heavy", status=422)
    busy = Answer(code="content.media_busy", status=503)
    with tempfile.TemporaryFile() as into:
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "kervan.content.media.child", *map(str, limits)],
                stdin=file,
                stdout=into,
                stderr=subprocess.DEVNULL,
                env={},
                cwd=Path(kervan.__file__).parents[1],  # the same code as ours, wherever that lies
                start_new_session=True,  # Ctrl-C in a terminal is not meant for it
            )
        except OSError as error:
            _log.warning("media_no_process", problem=type(error).__name__)
            return busy
        try:
            status = process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:  # a busy machine: what burns its own time is ended
            return busy
        finally:
            process.kill()
            process.wait()
        if status in _NOBODYS_FAULT:
            return busy
        into.seek(0)
        try:
            return msgspec.msgpack.decode(into.read(), type=Answer)
        except msgspec.MsgspecError:
            _log.warning("media_killed", status=status)
            return heavy
