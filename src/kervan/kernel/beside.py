"""Runs work in a thread beside its owner and keeps what it failed with until the owner asks."""

import threading
from collections.abc import Callable

from kervan.kernel import log

_log = log.get("beside")


class Beside:
    """One thread that runs `work` once; it ends with the process."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self._work = work
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def failed(self) -> bool:
        """Whether it ended by an error."""
        return self._failure is not None

    def check(self) -> None:
        """Raise what the work failed with, if it did."""
        if self._failure is not None:
            raise self._failure

    def join(self, timeout_seconds: float) -> None:
        """Wait for its end; one that never began has ended."""
        if self._thread.is_alive():
            self._thread.join(timeout_seconds)

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 - handed to the owner, who asks by `check`
            _log.error("beside_failed", thread=self._thread.name, error=type(error).__name__)
            self._failure = error
