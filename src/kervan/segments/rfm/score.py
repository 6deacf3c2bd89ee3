"""Scores customers 1 to 5 by edges, and names the eleven usual groups."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kervan.segments.columns import Int64
from kervan.segments.zones import DAY_MS

Uint8 = npt.NDArray[np.uint8]
Codes = npt.NDArray[np.int8]
GROUPS = (
    "champions", "loyal", "potential_loyalist", "new", "promising", "need_attention",
    "about_to_sleep", "at_risk", "cant_lose", "hibernating", "lost",
)  # fmt: skip
"""The groups as `rfm_group` holds them; a code is a place here, -1 is nobody's."""
_PARTS = (0.2, 0.4, 0.6, 0.8)
# Rows are recency 1 to 5, columns the mean of frequency and monetary 1 to 5, halves rounded up.
_GRID = (
    ("lost", "lost", "at_risk", "at_risk", "cant_lose"),
    ("hibernating", "hibernating", "at_risk", "at_risk", "cant_lose"),
    ("about_to_sleep", "about_to_sleep", "need_attention", "loyal", "loyal"),
    ("promising", "potential_loyalist", "potential_loyalist", "loyal", "loyal"),
    ("new", "potential_loyalist", "potential_loyalist", "champions", "champions"),
)
_CODES = np.array([[GROUPS.index(name) for name in row] for row in _GRID], np.int8)


@dataclass(frozen=True, slots=True)
class Edges:
    """Four rising edges of each: a value up to the first edge lies in the first fifth, and so on.

    `recency_days` since the last order, number of orders, their sum in the smallest unit.
    """

    recency_days: tuple[int, ...]
    frequency: tuple[int, ...]
    monetary_minor: tuple[int, ...]


def edges(recency_days: Int64, frequency: Int64, monetary_minor: Int64) -> Edges:
    """The fifths of these customers, one entry each: values that occur, never between two.

    An edge is the smallest value that at least 20 (40, 60, 80) % do not exceed: the inverse of the
    distribution function (Hyndman and Fan 1996, definition 1). Equal values always lie on the
    same side of it, however many there are, so a fifth may be larger than another, or empty.
    """
    return Edges(_fifths(recency_days), _fifths(frequency), _fifths(monetary_minor))


def recency_days(last_ms: Int64, midnight_ms: int) -> Int64:
    """Days since each last order, counted from the beginning of today; 0 for one of today."""
    days: Int64 = np.maximum(-((last_ms - midnight_ms) // DAY_MS), 0)
    return days


def _fifths(values: Int64) -> tuple[int, ...]:
    if not len(values):
        return (0, 0, 0, 0)
    found = np.quantile(values, _PARTS, method="inverted_cdf")
    return tuple(int(one) for one in found)


def scores(
    by: Edges, recency_days: Int64, frequency: Int64, monetary_minor: Int64
) -> tuple[Uint8, Uint8, Uint8]:
    """(recency, frequency, monetary) from 1 to 5, 5 the best: recent, often, much."""
    recency = 5 - _place(by.recency_days, recency_days)
    return (
        recency.astype(np.uint8),
        (1 + _place(by.frequency, frequency)).astype(np.uint8),
        (1 + _place(by.monetary_minor, monetary_minor)).astype(np.uint8),
    )


def _place(by: tuple[int, ...], values: Int64) -> Int64:
    """How many edges each value exceeds."""
    found: Int64 = np.searchsorted(np.array(by, np.int64), values, side="left").astype(np.int64)
    return found


def groups(recency: Uint8, frequency: Uint8, monetary: Uint8) -> Codes:
    """The group of each cell, by its code; -1 where there is no score (0)."""
    scored = recency > 0
    place = worth(frequency, monetary)
    found = np.full(len(recency), -1, np.int8)
    found[scored] = _CODES[recency[scored].astype(np.int64) - 1, place[scored] - 1]
    return found


def worth(frequency: Uint8, monetary: Uint8) -> Int64:
    """The mean of both scores, halves rounded up: the column of the grid."""
    found: Int64 = (frequency.astype(np.int64) + monetary + 1) // 2
    return found


def group_of(recency: int, worth: int) -> str:
    """What a cell of the grid is called; both are 1 to 5."""
    return _GRID[recency - 1][worth - 1]
