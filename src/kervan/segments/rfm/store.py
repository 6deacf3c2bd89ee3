"""Keeps how customers are scored, by which edges, and who has to be scored again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from kervan.kernel import postgres, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments.rfm.score import Edges

_SQL = sql.load(__package__, "store.sql")
_AT_ONCE = 10_000
_MARKS = 500
_MOST = 2**31 - 1
_MOST_MINOR = 2**63 - 1
NO_EDGES = Edges((), (), ())


@dataclass(frozen=True, slots=True)
class Settings:
    """How customers are scored.

    `currency` "" is the one most orders are in, `window_days` 0 all time. Edges are made `daily`,
    `monthly` (so that nobody changes group only because others do) or `fixed`, then as given.
    """

    currency: str = ""
    window_days: int = 0
    edges: Literal["daily", "monthly", "fixed"] = "daily"
    fixed: Edges = NO_EDGES


@dataclass(frozen=True, slots=True)
class Made:
    """Edges, the local day they are of, of which orders they were made, and the usual rhythm.

    `customers` is how many they were made of, `since` how many were scored by them afterwards.
    """

    day: date
    made_by: str
    edges: Edges
    rhythm_days: float
    customers: int = 0
    since: int = 0

    def outgrown_by(self, more: int) -> bool:
        """Whether half as many again were scored since, with `more` to come."""
        return 2 * (self.since + more) > self.customers


def settings(conn: Connection) -> Settings:
    """The settings of the workspace."""
    row = conn.execute(_SQL.settings).fetchone()
    assert row is not None
    money, days, edges, *fixed = row
    return Settings(money, days, edges, Edges(*(tuple(one) for one in fixed)))


def save_settings(conn: Connection, wanted: Settings) -> None:
    """Score by `wanted` from the next run on, which is due at once.

    Raises segments.rfm_settings_unfit (422).
    """
    given = (wanted.fixed.recency_days, wanted.fixed.frequency, wanted.fixed.monetary_minor)
    most = (_MOST, _MOST, _MOST_MINOR)
    fixed = wanted.edges == "fixed"
    if fixed and not all(map(_fit, given, most)):
        raise KervanError("segments.rfm_settings_unfit", status=422, part="edges")
    if not 0 <= wanted.window_days <= _MOST:
        raise KervanError("segments.rfm_settings_unfit", status=422, part="window_days")
    money = wanted.currency
    if money and not (len(money) == 3 and money.isascii() and money.isupper()):
        raise KervanError("segments.rfm_settings_unfit", status=422, part="currency")
    conn.execute(
        _SQL.save_settings,
        {
            "currency": money,
            "window_days": wanted.window_days,
            "edges": wanted.edges,
            "recency_days": list(given[0]) if fixed else [],
            "frequency": list(given[1]) if fixed else [],
            "monetary_minor": list(given[2]) if fixed else [],
        },
    )
    conn.execute(_SQL.everybody_again)


def _fit(one: tuple[int, ...], most: int) -> bool:
    return (
        len(one) == 4
        and all(0 <= value <= most for value in one)
        and all(low <= high for low, high in pairwise(one))
    )


def edges(conn: Connection) -> Made | None:
    """The edges by which people are scored now, None before the first run."""
    row = conn.execute(_SQL.edges).fetchone()
    if row is None:
        return None
    day, made_by, recency, frequency, monetary, *rest = row
    return Made(day, made_by, Edges(tuple(recency), tuple(frequency), tuple(monetary)), *rest)


def save_edges(conn: Connection, made: Made) -> None:
    """Keep edges; those of the same day are replaced."""
    conn.execute(
        _SQL.save_edges,
        {
            "day": made.day,
            "made_by": made.made_by,
            "recency_days": list(made.edges.recency_days),
            "frequency": list(made.edges.frequency),
            "monetary_minor": list(made.edges.monetary_minor),
            "rhythm_days": made.rhythm_days,
            "customers": made.customers,
        },
    )


def scored_since(conn: Connection, count: int) -> None:
    """So many more were scored by the edges there are."""
    conn.execute(_SQL.scored_since, {"count": count})


def last_day(conn: Connection) -> date | None:
    """The local day for which everybody was scored last."""
    row = conn.execute(_SQL.last_day).fetchone()
    return row[0] if row else None


def ran(conn: Connection, day: date) -> None:
    """Everybody has been scored for this day."""
    conn.execute(_SQL.ran, {"day": day})


def marks(conn: Connection, workspace: int) -> tuple[list[int], list[int]]:
    """Marks of people (atoms) who ordered, and them; only such whose orders history has."""
    asked = {"workspace": workspace, "limit": _MARKS}
    conn.execute(_SQL.see_marks, asked)
    rows = conn.execute(_SQL.marks, asked).fetchall()
    return [row[0] for row in rows], sorted({one for row in rows for one in row[1]})


def unmark(conn: Connection, some: list[int]) -> None:
    """Those marks have been dealt with."""
    conn.execute(_SQL.unmark, {"marks": some})


def heads(conn: Connection, people: Iterable[int]) -> list[int]:
    """The profiles these people belong to today."""
    rows = conn.execute(_SQL.heads, {"people": postgres.array(people)}).fetchall()
    return sorted(int(row[0]) for row in rows)


def hold(conn: Connection, people: list[int]) -> None:
    """Remember whose scores are about to be written."""
    for begin in range(0, len(people), _AT_ONCE):
        some = people[begin : begin + _AT_ONCE]
        conn.execute(_SQL.hold, {"people": postgres.array(some)})


def tell(conn: Connection) -> None:
    """What segments answer about those held may be another, now that history has their scores."""
    conn.execute(_SQL.tell)


def version(conn: Connection) -> int:
    """A version above all that were drawn before."""
    row = conn.execute(_SQL.version).fetchone()
    assert row is not None
    return int(row[0])
