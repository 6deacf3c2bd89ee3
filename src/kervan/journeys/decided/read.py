"""Asks the decision history: one run's story, who was refused, how many took which way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from clickhouse_connect.driver.client import Client

from kervan.journeys.decided.rows import ENTERED, GOAL, LEFT, PASSED, REFUSED, UNTIL_NEVER
from kervan.kernel import sql

_SQL = sql.load(__package__, "read.sql")
FAR_MS = 9_999_999_999_999
__all__ = ["ENTERED", "GOAL", "LEFT", "PASSED", "REFUSED"]


class Decided(NamedTuple):
    """One decision as history has it; the fields are those of rows.Rows, `event_id` in hex."""

    run: int
    person: int
    version: int
    at_ms: int
    what: int
    step: int
    visit: int
    cause: int
    exit: int
    until: int
    reason: str
    event: str
    event_id: str
    value_minor: int
    currency: str

    @property
    def until_ms(self) -> int | None:
        """Until when somebody stays; None when time alone does not move her."""
        if self.until in (0, UNTIL_NEVER):
            return None
        return self.at_ms + self.until * 1000


@dataclass(frozen=True, slots=True)
class Count:
    """How many decisions of one version were alike; `value_minor` is the sum of their worth."""

    version: int
    what: int
    step: int
    exit: int
    cause: int
    reason: str
    currency: str
    count: int
    value_minor: int


class Place(NamedTuple):
    """Where in a list of people one stands, to go on from there; the latest are first."""

    at_ms: int = FAR_MS
    run: int = 0
    person: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Which decisions of which versions: `steps` (version, step), `ways` (version, step, exit),
    `reason` and `arrivals` (only who just came to a step) narrow them down."""

    what: int
    versions: Sequence[int]
    steps: Sequence[tuple[int, int]] = ()
    ways: Sequence[tuple[int, int, int]] = ()
    reason: str = ""
    arrivals: bool = False


def of_runs(history: Client, runs: Sequence[int]) -> list[Decided]:
    """All decisions of some runs, run by run in the order in which they were made."""
    if not runs:
        return []
    found = history.query(_SQL.of_runs, parameters={"runs": list(runs)}).result_rows
    return [Decided(*row) for row in found]


def refused(
    history: Client, people: Sequence[int], versions: Sequence[int], limit: int = 20
) -> list[Decided]:
    """The latest times that these numbers met a trigger and were not let in."""
    if not people or not versions:
        return []
    asked = {"people": list(people), "versions": list(versions), "limit": limit}
    return [Decided(*row) for row in history.query(_SQL.refused, parameters=asked).result_rows]


def counts(history: Client, versions: Sequence[int]) -> list[Count]:
    """How often what was decided in these versions."""
    if not versions:
        return []
    rows = history.query(_SQL.counts, parameters={"versions": list(versions)}).result_rows
    return [Count(*row) for row in rows]


def behind(history: Client, asked: Asked, limit: int, after: Place | None = None) -> list[Place]:
    """Who is behind a number, the latest first, going on behind the place `after`."""
    if not asked.versions:
        return []
    after = after or Place()
    parameters = {
        "versions": list(asked.versions),
        "places": [tuple(one) for one in asked.steps],
        "what": asked.what,
        "ways": list(asked.ways),
        "reason": asked.reason,
        "arrivals": int(asked.arrivals),
        "at_ms": after.at_ms,
        "run": after.run,
        "person": after.person,
        "limit": limit,
    }
    rows = history.query(_SQL.behind, parameters=parameters).result_rows
    return [Place(at_ms, run, person) for run, person, at_ms in rows]


def old_months(history: Client, before: datetime) -> int:
    """How many whole months ended before `before`."""
    return len(_months(history, before))


def _months(history: Client, before: datetime) -> list[str]:
    asked = {"month": before.year * 100 + before.month}
    return [one for (one,) in history.query(_SQL.months, parameters=asked).result_rows]


def drop_months(history: Client, before: datetime) -> int:
    """Drop the whole months that ended before `before`; gives how many."""
    months = _months(history, before)
    for one in months:
        history.command(_SQL.drop_month, parameters={"month": one})
    return len(months)
