"""One answer shared by everybody who asks for it within a moment; who comes meanwhile waits."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from kervan.kernel import clock
from kervan.web.state import House

Answer = TypeVar("Answer")
_MOST = 200


class Moment(Generic[Answer]):
    """Answers by what was asked, each at most `seconds` old; those asked last are kept."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._house: House | None = None
        self._kept: dict[Hashable, tuple[float, Answer]] = {}
        self._asking: dict[Hashable, threading.Lock] = {}

    def get(self, mine: House, asked: Hashable, make: Callable[[], Answer]) -> Answer:
        """The answer that is kept, or `make` of now: one at a time for the same thing asked."""
        with self._lock:
            if self._house is not mine:
                self._kept, self._asking, self._house = {}, {}, mine
            one = self._asking.setdefault(asked, threading.Lock())
        with one:
            found = self._kept.get(asked)
            if found is not None and clock.monotonic() - found[0] < self._seconds:
                return found[1]
            made = make()
            with self._lock:
                if len(self._kept) >= _MOST:
                    self._kept, self._asking = {}, {}
                if self._house is mine:
                    self._kept[asked] = (clock.monotonic(), made)
            return made

    def forget(self) -> None:
        """Nothing is kept any more."""
        with self._lock:
            self._kept, self._asking = {}, {}
