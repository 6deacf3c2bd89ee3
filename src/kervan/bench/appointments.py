"""Does things at appointed times, in threads: late when it must, but never less often."""

import threading
from collections.abc import Callable, Sequence

import psycopg

from kervan.kernel import clock
from kervan.kernel.errors import KervanError

Act = Callable[[int], None]
"""Does the n-th thing."""


class Appointments(threading.Thread):
    """Calls `act(number)` at each (number, clock.monotonic() time) of `times`, in order."""

    def __init__(self, times: Sequence[tuple[int, float]], act: Act) -> None:
        super().__init__(daemon=True)
        self._times = times
        self._act = act
        self._error: Exception | None = None

    def run(self) -> None:
        """Keep the appointments; the first error ends it."""
        try:
            for number, at in self._times:
                wait = at - clock.monotonic()
                if wait > 0:
                    clock.sleep(wait)
                self._act(number)
        except (KervanError, OSError, psycopg.Error) as error:  # raised again by `finish`
            self._error = error

    def finish(self) -> None:
        """Wait for the last one. Raises what `act` raised."""
        self.join()
        if self._error is not None:
            raise self._error


def every(begins: float, seconds: float, per_second: float) -> list[tuple[int, float]]:
    """Evenly spread appointments, numbered from 0."""
    return [(i, begins + i / per_second) for i in range(round(seconds * per_second))]
