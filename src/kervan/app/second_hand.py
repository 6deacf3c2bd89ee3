"""The worker's second hand: while there is a backlog it processes beside the first.

A batch waits for PostgreSQL for a third of its time; two batches under way fill each other's gaps.
"""

import threading

from kervan.collect.keep import Keeper
from kervan.collect.process import Processor
from kervan.kernel.beside import Beside
from kervan.kernel.postgres import Connection


class SecondHand:
    """A thread with a processor of its own; sleeps until `help` is called.

    A failure is raised to the worker at its next `check`; the worker then ends, and what was
    under way is rolled back or finished by `keep.recover`.
    """

    def __init__(self, conn: Connection, processor: Processor, keeper: Keeper, full: int) -> None:
        self._conn = conn
        self._processor = processor
        self._keeper = keeper
        self._full = full
        self._wanted = threading.Event()
        self._ended = False
        self._thread = Beside("second hand", self._run)
        self._thread.start()

    def help(self) -> None:
        """Process until a batch is not full."""
        self._wanted.set()

    def check(self) -> None:
        """Raise what the thread failed with, if it did."""
        self._thread.check()

    def stop(self) -> None:
        """End after the batch under way."""
        self._ended = True
        self._wanted.set()
        self._thread.join(timeout_seconds=30)

    def _run(self) -> None:
        while self._wanted.wait() and not self._ended:
            block = self._processor.step()
            self._conn.commit()
            if block is None or block.rows < self._full:
                self._wanted.clear()
            if block is not None and (block.rows or block.links):
                self._keeper.put(block)
