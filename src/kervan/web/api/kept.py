"""Keeps answers that cost much for a while: whoever asks the same meanwhile gets the same."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from kervan.kernel import clock

_Answer = TypeVar("_Answer")
CHEAP_SECONDS = 0.3
"""What takes less is asked anew each time."""
_SHARE = 20
"""An answer is kept twenty times as long as it took: making it takes a twentieth of the time."""
_MOST_SECONDS = 300.0
_MOST = 64


@dataclass(slots=True)
class _Place(Generic[_Answer]):
    """One question: who makes its answer holds the lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    answer: list[_Answer] = field(default_factory=list)
    until: float = 0.0


class Kept(Generic[_Answer]):
    """Answers by question, the 64 asked last; each is made by one thread at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places: OrderedDict[Hashable, _Place[_Answer]] = OrderedDict()

    def get(self, question: Hashable, make: Callable[[], _Answer]) -> _Answer:
        """The answer to `question`, as old as it may be, or else made now."""
        with self._lock:
            place = self._places.setdefault(question, _Place())
            self._places.move_to_end(question)
            while len(self._places) > _MOST:
                self._places.popitem(last=False)
        with place.lock:
            began = clock.monotonic()
            if place.answer and began < place.until:
                return place.answer[0]
            place.answer = [make()]
            took = clock.monotonic() - began
            kept = min(_SHARE * took, _MOST_SECONDS) if took >= CHEAP_SECONDS else 0.0
            place.until = clock.monotonic() + kept
            return place.answer[0]
