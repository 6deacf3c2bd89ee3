"""Gives back memory that only a start or a burst needed: pages of libraries that ran once.

A page of a file that nothing has written to is the file itself: the kernel brings it back when it
is touched again, from its cache as a rule. Measured 60 s after a start, at rest: 210 MB of the
engine's library were resident, and 35 to 45 MB of libraries in every process of Python.
"""

import contextlib
import ctypes
import threading
from collections.abc import Iterator
from pathlib import Path

from kervan.kernel import clock

_MAPS = Path("/proc/self/smaps")
_UNWRITTEN = ("r--p", "r-xp")
_DONT_NEED = 4
_FIRST_SECONDS, _LONGEST_SECONDS = 20.0, 300.0
"""By the first a process has started, as a rule; what is in use comes back within milliseconds."""


def now_and_then() -> None:
    """Give back after the start, and again and again; where there is no Linux nothing happens."""
    threading.Thread(target=_run, name="trim", daemon=True).start()


def _run() -> None:
    wait_seconds = _FIRST_SECONDS
    while True:
        clock.sleep(wait_seconds)
        give_back()
        wait_seconds = min(2 * wait_seconds, _LONGEST_SECONDS)


def give_back() -> int:
    """Let go of every page that is its file's; gives the bytes that were resident."""
    kernel = ctypes.CDLL(None, use_errno=True)
    kernel.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    total = 0
    with contextlib.suppress(OSError):
        for start, end, resident in list(untouched(_MAPS.read_text())):
            if kernel.madvise(start, end - start, _DONT_NEED) == 0:
                total += resident
    return total


def untouched(smaps: str) -> Iterator[tuple[int, int, int]]:
    """Start, end and resident bytes of the mappings of files that hold no page of our own.

    What a library's loader has written to and closed again is readable only, too, and ours alone:
    `Anonymous` tells it from the rest.
    """
    place, resident = None, 0
    for line in smaps.splitlines():
        name, _, rest = line.partition(" ")
        if not name.endswith(":"):
            words = rest.split(maxsplit=4)
            is_file = len(words) == 5 and words[4].startswith("/") and words[0] in _UNWRITTEN
            start, _, end = name.partition("-")
            place = (int(start, 16), int(end, 16)) if is_file else None
        elif name == "Rss:":
            resident = int(rest.split()[0]) * 1024
        elif name == "Anonymous:" and place is not None and rest.split()[0] == "0" and resident:
            yield *place, resident
