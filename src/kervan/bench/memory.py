"""Watches how much memory a process takes at most."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

_LOOK_SECONDS = 0.05


@dataclass(slots=True)
class Peak:
    """The most resident memory seen so far, in bytes."""

    most_bytes: int = 0


@contextlib.contextmanager
def watch(process: psutil.Process) -> Iterator[Peak]:
    """Look at `process` twenty times a second until the end of the block."""
    peak, is_over = Peak(), threading.Event()

    def look() -> None:
        with contextlib.suppress(psutil.Error):
            while True:
                peak.most_bytes = max(peak.most_bytes, process.memory_info().rss)
                if is_over.wait(_LOOK_SECONDS):
                    return

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield peak
    finally:
        is_over.set()
        looking.join()
