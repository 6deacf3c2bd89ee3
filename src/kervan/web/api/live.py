"""What is going on right now, in one answer: events a second, people, journeys."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.collect import sources
from kervan.insight import live as report
from kervan.kernel import clock
from kervan.profiles import read as profiles
from kervan.web.api import journeys
from kervan.web.auth import right
from kervan.web.state import House, house

SECONDS = 60
_FRESH_SECONDS = 0.7
_LONGEST_SECONDS = 10.0
_PEOPLE_SINCE_MS = 15 * 60_000
SIMULATED = "Simulated shop"
router = APIRouter(prefix="/v1/live", tags=["live"])
_Told = TypeVar("_Told")


class Latest(BaseModel):
    """A person something just happened to: her number, when (ms UTC) and what."""

    person: int
    at_ms: int
    what: str


class Live(BaseModel):
    """`per_second` has one count for each of the last 60 whole seconds, the oldest first."""

    at_ms: int
    per_second: list[int]
    events: int
    people: int
    simulated: bool
    journeys: list[journeys.Figures]
    latest: list[Latest]


class Cache(Generic[_Told]):
    """One answer shared by everybody who asks within a moment; who comes meanwhile waits.

    What is long in coming is asked more seldom: not again before `times` as long has passed, or
    `_LONGEST_SECONDS`.
    """

    def __init__(self, make: Callable[[House], _Told], *, times: float = 0.0) -> None:
        self._make = make
        self._times = times
        self._took = 0.0
        self._lock = threading.Lock()
        self._at = -1.0
        self._kept: _Told | None = None
        self._house: House | None = None

    def get(self, mine: House) -> _Told:
        """The answer, usually at most `_FRESH_SECONDS` old."""
        with self._lock:
            began = clock.monotonic()
            rest = min(self._times * self._took, _LONGEST_SECONDS)
            fresh = began - self._at < max(_FRESH_SECONDS, rest)
            if self._kept is None or self._house is not mine or not fresh:
                self._kept = self._make(mine)
                self._house = mine
                self._at = clock.monotonic()
                self._took = self._at - began
            return self._kept


# Of all time: over fifty million events they take a second, and are no news by the second.
_figures = Cache(journeys.figures, times=10)


def gather(mine: House) -> Live:
    """Ask both databases anew."""
    now_ms = clock.now_ms()
    with mine.connection() as conn:
        people = profiles.count(conn)
        known = sources.describe(conn, mine.config.workspace)
    quiet = [int(str(one["id"])) for one in known if one["kind"] == "import"]
    latest = report.latest_people(mine.history, now_ms - _PEOPLE_SINCE_MS, quiet, 12)
    return Live(
        at_ms=now_ms,
        per_second=report.per_second(mine.history, now_ms, SECONDS),
        events=report.total(mine.history),
        people=people,
        simulated=any(str(one["name"]).startswith(SIMULATED) for one in known),
        journeys=_figures.get(mine),
        latest=[Latest(person=one.person, at_ms=one.at_ms, what=one.what) for one in latest],
    )


_cache = Cache(gather)


def now(mine: House) -> Live:
    """What is going on, at most a moment old."""
    return _cache.get(mine)


@router.get("", dependencies=[right("live.read")])
def live(request: Request) -> Live:
    """What is going on right now."""
    return now(house(request))
