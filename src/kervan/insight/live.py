"""Reads what is going on right now: events a second, sources, the latest people."""

from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from kervan.insight import ask
from kervan.kernel import sql

_SQL = sql.load("kervan.insight", "reports/live.sql")
_ALWAYS_MS = 1 << 42
"""After every instant there is."""


@dataclass(frozen=True)
class Activity:
    """One source's events in all and its latest receipt (ms UTC)."""

    source: int
    events: int
    latest_ms: int


@dataclass(frozen=True)
class Latest:
    """A person something just happened to, when (ms UTC) and what."""

    person: int
    at_ms: int
    what: str


@dataclass(frozen=True)
class Received:
    """One event: whose (0: not known yet), when it was received (ms UTC), what, from where."""

    person: int
    received_ms: int
    what: str
    source: int


def per_second(history: Client, until_ms: int, seconds: int) -> list[int]:
    """Events received in each of the last `seconds` seconds before `until_ms`, oldest first."""
    found = dict(ask.rows(history, _SQL.seconds, {"until_ms": until_ms, "seconds": seconds}))
    return [int(found.get(ago, 0)) for ago in range(seconds - 1, -1, -1)]


def sources(history: Client, since_ms: int = 0, until_ms: int = _ALWAYS_MS) -> list[Activity]:
    """The sources of events received from an instant on and before another; usually of all."""
    scope = {"since_ms": since_ms, "until_ms": until_ms}
    return [Activity(*row) for row in ask.rows(history, _SQL.sources, scope)]


class Sources:
    """The same, for who looks every second: only what came lately is counted each time.

    What came out of a long queue, or was erased, is found when all is counted again.
    """

    def __init__(self, again_ms: int = 600_000, settled_ms: int = 60_000) -> None:
        """All is counted every `again_ms`, what was received in the last `settled_ms` each time."""
        self._again_ms = again_ms
        self._settled_ms = settled_ms
        self._until_ms = 0
        self._old: list[Activity] = []

    def look(self, history: Client, now_ms: int) -> list[Activity]:
        """All sources that ever sent something, by their numbers."""
        if now_ms - self._until_ms >= self._again_ms:
            until_ms = now_ms - self._settled_ms
            self._old, self._until_ms = sources(history, 0, until_ms), until_ms
        found = {one.source: one for one in self._old}
        for one in sources(history, self._until_ms):
            before = found.get(one.source, Activity(one.source, 0, 0)).events
            found[one.source] = Activity(one.source, before + one.events, one.latest_ms)
        return sorted(found.values(), key=lambda one: one.source)


def total(history: Client) -> int:
    """How many events there are; history knows without counting."""
    return int(ask.row(history, _SQL.total, {})[0])


def latest_events(history: Client, since_ms: int, limit: int) -> list[Received]:
    """The events received most lately since an instant, newest first."""
    scope = {"since_ms": since_ms, "limit": limit}
    return [Received(*row) for row in ask.rows(history, _SQL.latest_events, scope)]


def latest_people(history: Client, since_ms: int, quiet: list[int], limit: int) -> list[Latest]:
    """The people events were received about most lately, newest first; none of `quiet` sources."""
    scope = {"since_ms": since_ms, "quiet": quiet, "limit": limit}
    return [Latest(*row) for row in ask.rows(history, _SQL.latest_people, scope)]
