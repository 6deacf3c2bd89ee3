"""Shares of experiments as they were learnt: kept one row a change, read as of any time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from kervan.journeys.steps.step import Float64, Int64
from kervan.kernel import clock, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "facts.sql")


@dataclass(frozen=True, slots=True)
class Learnt:
    """What the shares became at an instant, and of what: `counts` is way to (drawn, reached).

    `won` is the way that takes everybody from now on, "" while that is open.
    """

    at_ms: int
    shares: Mapping[str, float]
    counts: Mapping[str, tuple[int, int]]
    won: str = ""


def in_force(conn: Connection, place: str, ways: Sequence[str], at_ms: Int64) -> Float64:
    """Rows x ways: the last shares kept up to each time; NaN before, and where ways are others."""
    found = np.full((len(at_ms), len(ways)), np.nan)
    rows = conn.execute(_SQL.shares, {"place": place}).fetchall()
    if not rows:
        return found
    kept = np.full((len(rows) + 1, len(ways)), np.nan)
    for number, (_, names, shares) in enumerate(rows, 1):
        if set(names) == set(ways):
            of = dict(zip(names, shares, strict=True))
            kept[number] = [of[one] for one in ways]
    begins = np.array([clock.to_ms(at) for at, _, _ in rows], np.int64)
    return kept[np.searchsorted(begins, at_ms, side="right")]


def last(conn: Connection, place: str) -> Learnt | None:
    """What was kept last of a place."""
    row = conn.execute(_SQL.last_shares, {"place": place}).fetchone()
    if row is None:
        return None
    at, ways, shares, counts, won = row
    told = {way: (int(drawn), int(reached)) for way, (drawn, reached) in counts.items()}
    return Learnt(clock.to_ms(at), dict(zip(ways, shares, strict=True)), told, won)


def keep(conn: Connection, place: str, learnt: Learnt) -> None:
    """Let these shares hold from `learnt.at_ms` on."""
    conn.execute(
        _SQL.add_shares,
        {
            "place": place,
            "at": clock.from_ms(learnt.at_ms),
            "ways": list(learnt.shares),
            "shares": list(learnt.shares.values()),
            "counts": msgspec.json.encode(dict(learnt.counts)).decode(),
            "won": learnt.won,
        },
    )
