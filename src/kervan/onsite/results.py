"""Counts what became of a campaign, variant by variant, from the history."""

from dataclasses import dataclass
from math import sqrt

from clickhouse_connect.driver.client import Client

from kervan.kernel import sql
from kervan.onsite.definition import Goal

_SQL = sql.load(__package__, "results.sql")
_Z = 1.959964  # of 95 %

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
    asked = {
        "key": key,
        "goal": goal.event if goal else "",
        "hours": goal.hours if goal else 0,
        "since_ms": since_ms,
    }
    rows = history.query(_SQL.visitors, parameters=asked).result_rows
    found = []
    for row in rows:
        rate, low, high = interval(int(row[8]), int(row[3]))
        found.append(Result(**dict(zip(_COUNTS, row, strict=True)), rate=rate, low=low, high=high))
    return found


def interval(hits: int, of: int) -> tuple[float, float, float]:
    """(share, low, high): Wilson's score interval (1927), sound also near 0 and for few."""
    if not of:
        return 0.0, 0.0, 0.0
    share, squared = hits / of, _Z * _Z
    middle = (share + squared / (2 * of)) / (1 + squared / of)
    spread = _Z / (1 + squared / of) * sqrt(share * (1 - share) / of + squared / (4 * of * of))
    return share, max(0.0, middle - spread), min(1.0, middle + spread)
