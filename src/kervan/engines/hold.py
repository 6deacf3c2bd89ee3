"""Holds the data directory: one Kervan at a time, and a note of who it is for other commands."""

import contextlib
import errno
import fcntl
import json
import os
import shutil
from pathlib import Path

from kervan.kernel.errors import KervanError

NEEDED_FREE_BYTES = 512 * 1024 * 1024
_NOTE = "running.json"


class Hold:
    """An exclusive lock on `data`; the kernel frees it when this process dies, however it dies."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._descriptor: int | None = None

    def take(self) -> None:
        """Make the directory and lock it.

        Raises `engines.data_unwritable`, `engines.disk_full` and `engines.already_running`.
        """
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            (self.data / "probe").write_bytes(b"x")
            (self.data / "probe").unlink()
            descriptor = os.open(self.data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise disk_full(self.data) from error
            raise KervanError(
                "engines.data_unwritable", 500, path=self.data, reason=error.strerror
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            note = read_note(self.data)
            raise KervanError(
                "engines.already_running",
                409,
                path=self.data,
                pid=note.get("pid", "?"),
                address=note.get("address", "?"),
            ) from error
        self._descriptor = descriptor

    def note(self, **facts: object) -> None:
        """Leave word for `kervan doctor` and others: addresses, with their secrets (mode 0600)."""
        text = json.dumps({"pid": os.getpid(), **facts}, default=str)
        fresh = self.data / f"{_NOTE}.new"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        fresh.replace(self.data / _NOTE)

    def release(self) -> None:
        """Free the directory."""
        (self.data / _NOTE).unlink(missing_ok=True)
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def read_note(data: Path) -> dict[str, str]:
    """What the Kervan that holds `data` left word of; empty when there is none."""
    with contextlib.suppress(OSError, ValueError):
        found = json.loads((data / _NOTE).read_text())
        return {str(key): str(value) for key, value in found.items()}
    return {}


def is_held(data: Path) -> bool:
    """Whether a living process holds `data`."""
    with contextlib.suppress(OSError), (data / "lock").open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def check_space(data: Path, needed_bytes: int = NEEDED_FREE_BYTES) -> None:
    """Raise `engines.disk_full` when less than `needed_bytes` are free where `data` lies."""
    if shutil.disk_usage(data).free < needed_bytes:
        raise disk_full(data, needed_bytes)


def disk_full(data: Path, needed_bytes: int = NEEDED_FREE_BYTES) -> KervanError:
    """The error for a disk without room."""
    free = shutil.disk_usage(data).free if data.exists() else 0
    return KervanError(
        "engines.disk_full", 507, path=data, free_mb=free >> 20, needed_mb=needed_bytes >> 20
    )
