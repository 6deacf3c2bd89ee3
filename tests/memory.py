"""Where engines that need no disk keep their files: in memory, if this machine has room there.

A test has databases of its own, of a thousand files: on a disk they cost half of a run. The crash
tests, and what begins with an installation's own directory, stay on the disk.
"""

import os
import shutil
import tempfile
from pathlib import Path

import psutil

_ROOM_BYTES = 4 << 30


def make_place(prefix: str) -> Path:
    """A new directory, named `prefix`, this process and something random; its path is short."""
    parent = _memory()
    if parent is not None:
        _sweep(parent, prefix)
    return Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=parent))


def _memory() -> Path | None:
    place = Path("/dev") / "shm"
    if not os.access(place, os.W_OK | os.X_OK):
        return None
    room = min(shutil.disk_usage(place).free, psutil.virtual_memory().available)
    return place if room > _ROOM_BYTES else None


def _sweep(parent: Path, prefix: str) -> None:
    """Give back what runs that were killed have left: memory, unlike a disk, is soon full."""
    for place in parent.glob(f"{prefix}*"):
        number = place.name.removeprefix(prefix).partition("-")[0]
        if number.isdigit() and not psutil.pid_exists(int(number)):
            shutil.rmtree(place, ignore_errors=True)
