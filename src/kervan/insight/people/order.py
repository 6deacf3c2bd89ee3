"""Finds one page of people in an order: pure, over columns, going on behind the last one shown."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kervan.segments.columns import Int64, Uint32

MISSING = np.iinfo(np.int64).min
"""The value of somebody of whom the order knows nothing: she comes last, whichever way it goes."""
_LAST = np.iinfo(np.int64).max
_FEW = 16
Index = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Place:
    """Whom a page ended with: her key (`keys`) and her number."""

    key: int
    person: int


def values_of(members: Uint32, people: Uint32, known: Int64) -> Int64:
    """For each of `members`, in any order, what `known` says; `people` rise and belong to `known`.

    Both are told by the numbers of people, which are given one after the other and have few gaps.
    """
    if len(members) * _FEW > len(people) and len(people):
        # To look each up in a table by her number takes a tenth of searching for her.
        table = np.full(int(max(members.max(), people[-1])) + 1, MISSING, np.int64)
        table[people] = known
        return table[members]
    found = np.full(len(members), MISSING, np.int64)
    if len(people):
        at = np.minimum(np.searchsorted(people, members), len(people) - 1)
        hit = people[at] == members
        found[hit] = known[at[hit]]
    return found


def keys(values: Int64, *, descending: bool) -> Int64:
    """What is sorted by, smallest first; MISSING is the largest."""
    turned = -values if descending else values.copy()
    turned[values == MISSING] = _LAST
    return turned


def page(members: Uint32, sorted_by: Int64, limit: int, after: Place | None = None) -> Index:
    """The places in `members` (rising) of the next `limit`, by key and then by number.

    Takes time in proportion to the members: only those of the page are sorted.
    """
    behind = None
    if after is not None:
        behind = (sorted_by > after.key) | ((sorted_by == after.key) & (members > after.person))
    mine = sorted_by if behind is None else sorted_by[behind]
    if len(mine) > limit:
        edge = np.partition(mine, limit - 1)[limit - 1]
        below = np.flatnonzero(mine < edge)
        found = np.concatenate([below, np.flatnonzero(mine == edge)[: limit - len(below)]])
    else:
        found = np.arange(len(mine))
    rows = found if behind is None else np.flatnonzero(behind)[found]
    return rows[np.lexsort((members[rows], sorted_by[rows]))]
