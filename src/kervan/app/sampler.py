"""Brings the sample shop into a workspace that asked for it: a body of invoices at a time."""

from collections.abc import Iterator
from typing import Any

from kervan.collect import intake, sample, store
from kervan.demo import retail
from kervan.kernel import clock
from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection

_MOST_WAITING = 4
"""Bodies in the intake before the next one: what happens now does not wait behind a shop."""


class Sampler:
    """The shop of one workspace; its invoices are read again after a restart, from the file."""

    def __init__(self, vault: Vault, workspace: str, lines: Any = None) -> None:
        """`lines` are the invoices, by default those that come with Kervan (`retail.Lines`)."""
        self._vault = vault
        self._workspace = workspace
        self._lines = lines
        self._bodies: Iterator[tuple[bytes, int]] | None = None
        self._at = 0

    def step(self, conn: Connection, at_ms: int) -> bool:
        """Send one body, if there is one to be sent; whether there is more to do at once."""
        found = sample.find(conn)
        if found is None or found.ended_at is not None:
            self._bodies = None
            return False
        if sample.waiting(conn) >= _MOST_WAITING:
            return False
        bodies = self._behind(found)
        body, count = next(bodies, (b"", 0))
        self._at += count
        if count:
            number = store.workspace_id(conn, self._workspace)
            intake.append(conn, self._vault, number, found.source, body, count, bulk=True)
        sent = self._at if count else found.wanted
        sample.keep_sent(conn, found, sent, clock.from_ms(at_ms))
        return True

    def _behind(self, found: sample.Sample) -> Iterator[tuple[bytes, int]]:
        """The bodies behind those that are sent already: they are always cut the same way."""
        if self._bodies is None or self._at != found.sent:
            lines = self._lines if self._lines is not None else retail.read_lines()
            self._bodies = retail.bodies(lines, retail.shift_days(found.last_day))
            self._at = 0
            while self._at < found.sent:
                self._at += next(self._bodies, (b"", found.wanted))[1]
        return self._bodies
