"""Gives back memory that only a start or a burst needed: pages of libraries that ran once.

A page of a file that nothing has written to is the file itself: the kernel brings it back when it
is touched again, from its cache as a rule. Measured 60 s after a start, at rest: 210 MB of the
engine's library were resident, and 35 to 45 MB of libraries in every process of Python.
"""

import contextlib
import ctypes
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path

from kervan.kernel import clock

_MAPS = Path("/proc/self/smaps")
_UNWRITTEN = ("r--p", "r-xp")
# Only what stays mapped as long as the process lives: between looking and giving back, another
# file could go and its addresses be somebody's memory, which would be lost with what is in it.
_LIBRARY = re.compile(r"\.so(\.[0-9.]+)?$")
_DONT_NEED = 4
_LOOK_SECONDS = 10.0
_REST_CPU_SECONDS = 1.0
"""Who took less of a look's time is at rest: a tenth of a core."""


def at_rest() -> None:
    """Give back whenever this process comes to rest, and ever more rarely while it stays there.

    It takes 10 ms, and as many until what is in use is back: too long for one who is busy. Without
    Linux nothing happens.
    """
    threading.Thread(target=_run, name="trim", daemon=True).start()


def _run() -> None:
    rests = 0
    while True:
        before = sum(os.times()[:2])
        clock.sleep(_LOOK_SECONDS)
        is_busy = sum(os.times()[:2]) - before > _REST_CPU_SECONDS
        rests = 0 if is_busy else rests + 1
        if rests.bit_count() == 1:  # 1, 2, 4, 8 ...
            give_back()


def give_back() -> int:
    """Let go of every page that is its library's; gives the bytes that were resident."""
    kernel = ctypes.CDLL(None, use_errno=True)
    kernel.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    total = 0
    with contextlib.suppress(OSError):
        for start, end, resident in list(untouched(_MAPS.read_text())):
            if kernel.madvise(start, end - start, _DONT_NEED) == 0:
                total += resident
    return total


def untouched(smaps: str) -> Iterator[tuple[int, int, int]]:
    """Start, end and resident bytes of the mappings of libraries that hold no page of our own.

    What a library's loader has written to and closed again is readable only, too, and ours alone:
    `Anonymous` tells it from the rest, and `Swap` when it lies there.
    """
    place, facts = None, dict[str, int]()
    for line in [*smaps.splitlines(), "end"]:
        name, _, rest = line.partition(" ")
        if name.endswith(":"):
            value = rest.split()
            facts[name] = int(value[0]) * 1024 if value[-1:] == ["kB"] else 0
            continue
        written = facts.get("Anonymous:", 1) + facts.get("Swap:", 1)
        if place is not None and not written and facts["Rss:"]:
            yield *place, facts["Rss:"]
        words, facts = rest.split(maxsplit=4), {}
        named = words[4] if len(words) == 5 else ""
        is_library = bool(_LIBRARY.search(named)) and words[0] in _UNWRITTEN
        start, _, end = name.partition("-")
        place = (int(start, 16), int(end, 16)) if is_library else None
