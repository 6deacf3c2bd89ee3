"""Counts what became of a campaign, variant by variant, from the history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import sqrt
from typing import Literal

from clickhouse_connect.driver.client import Client

from kervan.kernel import sql
from kervan.onsite.definition import Goal

_SQL = sql.load(__package__, "results.sql")
_Z = 1.959964  # of 95 %

Of = Literal["visitors", "shown", "clickers", "forms", "closed", "converted"]
BEHIND: Mapping[Of, tuple[str, ...]] = {
    "visitors": ("Onsite Shown", "Onsite Held Out"),
    "shown": ("Onsite Shown",),
    "clickers": ("Onsite Clicked",),
    "forms": ("Onsite Form Sent",),
    "closed": ("Onsite Closed",),
    "converted": (),
}
"""The events that a number counts; who converted is told by the goal as well."""
_COUNTS = (
    "variant", "shown", "held_out", "visitors", "closed", "clickers", "clicks", "forms",
    "converted",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """One variant: times shown (or held back), visitors, what they did, who converted.

    `rate` is the share of its visitors who converted, `low` and `high` the 95 % interval around it.
    """

    variant: str
    shown: int
    held_out: int
    visitors: int
    closed: int
    clickers: int
    clicks: int
    forms: int
    converted: int
    rate: float
    low: float
    high: float


def results(history: Client, key: str, goal: Goal | None, since_ms: int = 0) -> list[Result]:
    """Every variant of the campaign `key` that anybody met since an instant, by its key.

    A conversion counts within the goal's hours after the piece was seen, once a visitor.
    """
    return of_all(history, {key: goal}, since_ms).get(key, [])


def of_all(
    history: Client, goals: Mapping[str, Goal | None], since_ms: int = 0
) -> dict[str, list[Result]]:
    """The same of many campaigns, by their keys, in one question; `goals` has the goal of each."""
    if not goals:
        return {}
    asked = {
        "keys": list(goals),
        "goals": [one.event if one else "" for one in goals.values()],
        "hours": [one.hours if one else 0 for one in goals.values()],
        "since_ms": since_ms,
    }
    found: dict[str, list[Result]] = {}
    for key, *row in history.query(_SQL.visitors, parameters=asked).result_rows:
        rate, low, high = interval(int(row[8]), int(row[3]))
        counts = dict(zip(_COUNTS, row, strict=True))
        found.setdefault(key, []).append(Result(**counts, rate=rate, low=low, high=high))
    return found


def people(
    history: Client, key: str, variant: str, of: Of, goal: Goal | None, after: int, limit: int
) -> list[tuple[int, datetime]]:
    """(person, when last) of those known behind a number of a variant, by person, behind `after`.

    Visits that are nobody's yet are in the number and not among them.
    """
    asked = {
        "key": key, "variant": variant, "names": list(BEHIND[of]), "after": after, "limit": limit,
        "goal": goal.event if goal else "", "hours": goal.hours if goal else 0,
    }  # fmt: skip
    rows = history.query(_SQL.people, parameters=asked).result_rows
    return [(int(person), at.replace(tzinfo=UTC)) for person, at in rows]


def interval(hits: int, of: int) -> tuple[float, float, float]:
    """(share, low, high): Wilson's score interval (1927), sound also near 0 and for few."""
    if not of:
        return 0.0, 0.0, 0.0
    share, squared = hits / of, _Z * _Z
    middle = (share + squared / (2 * of)) / (1 + squared / of)
    spread = _Z / (1 + squared / of) * sqrt(share * (1 - share) / of + squared / (4 * of * of))
    return share, max(0.0, middle - spread), min(1.0, middle + spread)
