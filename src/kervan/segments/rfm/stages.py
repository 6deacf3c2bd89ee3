"""Says where a customer stands in her own rhythm of orders, and how she takes our messages."""

import numpy as np

from kervan.segments.columns import NO_TIME, Bools, Float64, Int64
from kervan.segments.rfm.score import Codes
from kervan.segments.zones import DAY_MS

STAGES = ("new", "active", "lapsing", "lapsed")
"""The stages as `life_cycle` holds them; a code is a place here, -1 is nobody's."""
LEVELS = ("engaged", "cooling", "unengaged")
"""The levels as `engagement` holds them; a code is a place here, -1 is nobody's."""
USUAL_DAYS = 60.0
"""The rhythm of a shop in which nobody has shown one yet."""
LEAST_DAYS = 7.0
"""Nobody is expected sooner: two orders in one week say little of the next."""
_ORDER_DAYS = 3
_LAPSING, _LAPSED = 1.5, 3.0
FEW, MANY = 5, 20
"""Messages without a reaction after which somebody is cooling, and unengaged."""


def rhythm_days(first_ms: Int64, last_ms: Int64, order_days: Int64) -> Float64:
    """The mean time between the days on which each ordered; NaN with fewer than three such days."""
    own = np.full(len(first_ms), np.nan)
    some = order_days >= _ORDER_DAYS
    own[some] = (last_ms[some] - first_ms[some]) / DAY_MS / (order_days[some] - 1)
    found: Float64 = np.maximum(own, LEAST_DAYS)
    return found


def usual_rhythm(own: Float64) -> float:
    """The median of those who have a rhythm, `USUAL_DAYS` when nobody has."""
    known = own[~np.isnan(own)]
    return float(np.median(known)) if len(known) else USUAL_DAYS


def life_cycle(
    first_ms: Int64, last_ms: Int64, order_days: Int64, at_ms: int, usual_days: float
) -> Codes:
    """The stage of each at an instant; `usual_days` stands in for a rhythm that is not known.

    New is who ordered on one day only, no longer ago than the rhythm. Of the others: active is
    whose last order is at most 1.5 times her rhythm ago, lapsing at most 3 times, lapsed longer.
    """
    rhythm_ms = rhythm_days(first_ms, last_ms, order_days)
    rhythm_ms = np.where(np.isnan(rhythm_ms), max(usual_days, LEAST_DAYS), rhythm_ms) * DAY_MS
    ago = (at_ms - last_ms) / rhythm_ms
    found = np.where(ago <= _LAPSING, 1, np.where(ago <= _LAPSED, 2, 3))
    is_new: Bools = (order_days == 1) & (at_ms - first_ms <= rhythm_ms)
    codes: Codes = np.where(is_new, 0, found).astype(np.int8)
    return codes


def engagement(reacted_ms: Int64, sent: Int64) -> Codes:
    """How each takes our messages: by her last reaction, and how many were sent since (or ever).

    A reaction is an open or a click that no machine made; `reacted_ms` is NO_TIME for none.
    Engaged is who has fewer than 5 messages since, cooling fewer than 20, unengaged 20 or more,
    or 5 and more and never any reaction. Of others nothing is known.
    """
    ever = reacted_ms != NO_TIME
    late = np.where(sent < FEW, 0, np.where(sent < MANY, 1, 2))
    codes: Codes = np.where(ever, late, np.where(sent < FEW, -1, 2)).astype(np.int8)
    return codes
