"""Keeps answers that cost much for a while: whoever asks the same meanwhile gets the same."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import psycopg
from clickhouse_connect.driver.exceptions import ClickHouseError

from kervan.kernel import clock, log
from kervan.kernel.errors import KervanError

_log = log.get("web")
_Answer = TypeVar("_Answer")
CHEAP_SECONDS = 0.3
"""What takes less is asked anew each time."""
_SHARE = 20
"""An answer is kept twenty times as long as it took: making it takes a twentieth of the time."""
_MOST_SECONDS = 300.0
OLDEST_SECONDS = 3_600.0
"""An answer older than this is not told any more, however long the new one takes."""
_MOST = 64


@dataclass(frozen=True, slots=True)
class Told(Generic[_Answer]):
    """An answer; `is_old` where a newer one is being made: ask again in a moment."""

    answer: _Answer
    is_old: bool = False


@dataclass(slots=True)
class _Place(Generic[_Answer]):
    """One question: who makes its answer holds the lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    answer: list[_Answer] = field(default_factory=list)
    share: float = _SHARE
    least_seconds: float = 0.0
    made: float = 0.0
    until: float = 0.0

    def renew(self, make: Callable[[], _Answer]) -> None:
        """Make the answer; the caller holds the lock."""
        began = clock.monotonic()
        self.answer = [make()]
        self.made = clock.monotonic()
        took = self.made - began
        kept = min(self.share * took, _MOST_SECONDS) if took >= CHEAP_SECONDS else 0.0
        self.until = self.made + max(kept, self.least_seconds)


class Kept(Generic[_Answer]):
    """Answers by question, the 64 asked last; each is made by one thread at a time.

    One that is over is told once more at once, while the next is made: nobody waits twice; unless
    it is older than `oldest_seconds` then. Each is kept for `least_seconds`, however cheap it was.
    """

    def __init__(
        self,
        *,
        least_seconds: float = 0.0,
        oldest_seconds: float = OLDEST_SECONDS,
        share: float = _SHARE,
    ) -> None:
        self._share = share
        self._least_seconds = least_seconds
        self._oldest_seconds = oldest_seconds
        self._lock = threading.Lock()
        self._places: OrderedDict[Hashable, _Place[_Answer]] = OrderedDict()

    def get(self, question: Hashable, make: Callable[[], _Answer]) -> Told[_Answer]:
        """The answer to `question`, as old as it may be, or else made now."""
        with self._lock:
            place = self._places.setdefault(
                question, _Place(share=self._share, least_seconds=self._least_seconds)
            )
            self._places.move_to_end(question)
            while len(self._places) > _MOST:
                self._places.popitem(last=False)
        kept, now = place.answer, clock.monotonic()
        if kept and now < place.until:
            return Told(kept[0])
        if kept and place.until > place.made and now < place.made + self._oldest_seconds:
            if place.lock.acquire(blocking=False):
                threading.Thread(target=_renew, args=(place, make), daemon=True).start()
            return Told(kept[0], is_old=True)
        with place.lock:
            if not place.answer or clock.monotonic() >= place.until:
                place.renew(make)
            return Told(place.answer[0])


def _renew(place: _Place[_Answer], make: Callable[[], _Answer]) -> None:
    """Make the next answer beside its readers; one that fails is tried by who asks next."""
    try:
        place.renew(make)
    except (KervanError, psycopg.Error, ClickHouseError) as error:
        _log.warning("answer_not_renewed", error=type(error).__name__)
    finally:
        place.lock.release()
