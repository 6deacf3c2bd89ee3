"""Reads what is going on right now: events a second, sources, the latest people."""

from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from kervan.insight import ask
from kervan.kernel import sql

_SQL = sql.load("kervan.insight", "reports/live.sql")


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


def sources(history: Client) -> list[Activity]:
    """All sources that ever sent something."""
    return [Activity(*row) for row in ask.rows(history, _SQL.sources, {})]


def latest_events(history: Client, since_ms: int, limit: int) -> list[Received]:
    """The events received most lately since an instant, newest first."""
    scope = {"since_ms": since_ms, "limit": limit}
    return [Received(*row) for row in ask.rows(history, _SQL.latest_events, scope)]


def latest_people(history: Client, since_ms: int, quiet: list[int], limit: int) -> list[Latest]:
    """The people events were received about most lately, newest first; none of `quiet` sources."""
    scope = {"since_ms": since_ms, "quiet": quiet, "limit": limit}
    return [Latest(*row) for row in ask.rows(history, _SQL.latest_people, scope)]
