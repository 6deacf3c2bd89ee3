"""Renders what a sender may have died of in a process of its own first.

A message that was claimed again and again and never came to anything was perhaps on the desk of
senders that died; of thousands in a batch one template did it. It is found out where it can hurt
nobody, its version goes into quarantine, and what else was in the batch goes on.
"""

from kervan.content import compiled
from kervan.content.compiled import Compiled
from kervan.content.confine import pool, trial
from kervan.content.confine.pool import Killed, Unavailable
from kervan.content.confine.wire import Task
from kervan.delivery.desk import Job
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

CLAIMS = 3
"""After so many claims that led to no deferral a message is rendered apart first."""
LOST = "delivery.sender_lost"
"""Why a message waited that its sender died with (send.sql); who only waited is not suspected."""


class Wary:
    """What one composer found out; quarantines are written with its next batch."""

    def __init__(self) -> None:
        self._killed: set[int] = set()
        self._unwritten: list[int] = []

    def load(self, conn: Connection) -> None:
        """Write down which versions must not be rendered again."""
        for number in self._unwritten:
            trial.quarantine(conn, number)
        self._unwritten.clear()

    def check(self, job: Job, template: Compiled, scene: dict[str, object]) -> None:
        """Let `job` be rendered here. Raises content.template_quarantined (422)."""
        claim = job.claim
        if claim.template_version in self._killed:
            raise KervanError(trial.QUARANTINED, status=422)
        if claim.held != LOST or claim.attempt - claim.deferrals <= CLAIMS:
            return
        try:
            pool.shared.ask(Task(compiled.encode(template), [pool.plain(scene)]))
        except Unavailable:
            return
        except Killed:
            self._killed.add(claim.template_version)
            self._unwritten.append(claim.template_version)
            raise KervanError(trial.QUARANTINED, status=422) from None
