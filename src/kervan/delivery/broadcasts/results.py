"""What a broadcast brought about: what its people did after it, beside those who were held out."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.delivery.broadcasts import count, who
from kervan.delivery.broadcasts.store import Kept
from kervan.delivery.states import State
from kervan.kernel import postgres, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "plan.sql")
GHOSTS = ""
"""The name of those who would have got it and were held out."""
_Z = 1.959964  # 95 %, two-sided
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Lift:
    """By how much a rate is above that of the hold-out, and what it may be with 95 % confidence.

    All are differences of shares: 0.02 is two percentage points.
    """

    lift: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Reached:
    """One variant (GHOSTS: the hold-out): how many it reached, and how many did it afterwards."""

    name: str
    reached: int
    converted: int
    lift: Lift | None

    @property
    def share(self) -> tuple[float, float, float]:
        """The share that did it, and its 95 % interval (Wilson); of nobody it may be anything."""
        return _wilson(self.reached, self.converted) if self.reached else (0.0, 0.0, 1.0)


def results(
    conn: Connection, history: Client, kept: Kept, event: str, hours: float
) -> list[Reached]:
    """Of each variant, and of the hold-out last, how many did `event` in so many hours after it.

    The hours begin with the hand-over; of a ghost with the moment when the gate would have let it
    go. Everybody counts once. What is said again counts for the variant she got at first.
    """
    now = count.progress(conn, kept)
    sizes = {name: one.reached for name, one in now.arms.items()}
    sizes[GHOSTS] = now.first.states[State.GHOST]
    converted = _converted(conn, history, kept, event, hours)
    ghosts = (sizes[GHOSTS], converted.get(GHOSTS, 0))
    return [
        Reached(
            name, reached, converted.get(name, 0),
            lift((reached, converted.get(name, 0)), ghosts) if name != GHOSTS else None,
        )
        for name, reached in sizes.items()
    ]  # fmt: skip


def _converted(
    conn: Connection, history: Client, kept: Kept, event: str, hours: float
) -> dict[str, int]:
    if kept.frozen is None:
        return {}
    # Nobody is sent to later than her time, her life and the longest wait for a winner.
    start_ms = kept.frozen.start_ms
    until_ms = start_ms + round((hours + 3 * 31 * 24) * _HOUR_MS)
    people, at_ms = who.happened(history, event, start_ms, until_ms)
    values = {
        "people": postgres.array(np.unique(people).tolist()),
        "broadcast": kept.number,
        "reached": [int(one) for one in count.REACHED],
    }
    rows = conn.execute(_SQL.got, values).fetchall()
    if not rows:
        return {}
    mine, names, got_ms = zip(*rows, strict=True)
    known = np.array(mine, np.uint32)
    place = np.minimum(np.searchsorted(known, people), len(known) - 1)
    got = np.array(got_ms, np.int64)[place]
    after = (known[place] == people) & (at_ms >= got) & (at_ms < got + round(hours * _HOUR_MS))
    found: dict[str, int] = {}
    for one in np.unique(place[after]).tolist():
        found[names[one]] = found.get(names[one], 0) + 1
    return found


def lift(treated: tuple[int, int], held: tuple[int, int]) -> Lift | None:
    """The difference of two shares (of, did), with its 95 % interval; None without one of them.

    Newcombe 1998, method 10: from the Wilson intervals of both, right for small counts too.
    """
    if not treated[0] or not held[0]:
        return None
    p, low_p, high_p = _wilson(*treated)
    q, low_q, high_q = _wilson(*held)
    low = sqrt((p - low_p) ** 2 + (high_q - q) ** 2)
    high = sqrt((high_p - p) ** 2 + (q - low_q) ** 2)
    return Lift(p - q, p - q - low, p - q + high)


def _wilson(of: int, did: int) -> tuple[float, float, float]:
    share = did / of
    middle = (share + _Z**2 / (2 * of)) / (1 + _Z**2 / of)
    half = _Z * sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2)) / (1 + _Z**2 / of)
    return share, middle - half, middle + half
