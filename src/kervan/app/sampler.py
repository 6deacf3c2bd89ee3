"""Brings the sample shop into a workspace that asked for it: a body of invoices at a time."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date

from kervan.collect import intake, sample, store
from kervan.kernel import clock, log
from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection

_log = log.get("sample")
_MOST_WAITING = 4
"""Bodies in the intake before the next one: what happens now does not wait behind a shop."""
Bodies = Iterator[tuple[bytes, int]]


def read(last_day: date) -> Bodies:
    """The shop's bodies, each with how many events it has, as a process of its own reads them."""
    asked = [sys.executable, "-m", "kervan.demo.bodies", last_day.isoformat()]
    with subprocess.Popen(asked, stdout=subprocess.PIPE) as child:
        try:
            for line in child.stdout or ():
                count, _, body = line.rstrip(b"\n").partition(b" ")
                yield body, int(count)
        finally:
            child.kill()


class Sampler:
    """The shop of one workspace; its invoices are read again after a restart, from the file."""

    def __init__(
        self, vault: Vault, workspace: str, bodies: Callable[[date], Bodies] = read
    ) -> None:
        """`bodies` gives the bodies of a shop whose last day it is told, always cut the same."""
        self._vault = vault
        self._workspace = workspace
        self._read = bodies
        self._bodies: Bodies | None = None
        self._at = 0

    def step(self, conn: Connection, at_ms: int) -> bool:
        """Send one body, if there is one to be sent; whether there is more to do at once."""
        found = sample.find(conn)
        if found is None or found.ended_at is not None or found.removing_at is not None:
            self._bodies = None
            return False
        if sample.waiting(conn) >= _MOST_WAITING:
            return False
        if self._bodies is None or self._at != found.sent:
            self._begin(found)
        body, count = next(self._bodies or iter(()), (b"", 0))
        if not count:  # it broke off, and is read anew
            _log.error("sample_broke_off", sent=found.sent)
            self._bodies = None
            return False
        self._at += count
        number = store.workspace_id(conn, self._workspace)
        intake.append(conn, self._vault, number, found.source, body, count, bulk=True)
        sample.keep_sent(conn, found, self._at, clock.from_ms(at_ms))
        return True

    def _begin(self, found: sample.Sample) -> None:
        """Go to behind what is sent already."""
        self._bodies, self._at = self._read(found.last_day), 0
        while self._at < found.sent:
            count = next(self._bodies, (b"", 0))[1]
            if not count:
                return
            self._at += count
