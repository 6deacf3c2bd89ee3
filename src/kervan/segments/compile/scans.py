"""Readings of the events table that several conditions share: one for those about the same names.

A condition is about single events (is there one?) or about a measure of all of a person's. Those of
a kind and of the same names are read together; a condition about single events goes with one about
a measure that reads all of its events anyway.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kervan.segments.compile.bind import Bound
from kervan.segments.compile.joined import both, named, within
from kervan.segments.compile.moments import Bounds

MATCHING = "\0"
"""Stands in `having_if` for the condition on the rows that count."""


@dataclass(frozen=True, slots=True)
class Picked:
    """Events of these names under conditions on each (`of`), in `bounds` and, closer, at `times`.

    `having` is the condition on one person's, all of which match, "" for one that there are any;
    `having_if` the same where others are among them, which do not count.
    """

    names: tuple[str, ...]
    of: tuple[str, ...]
    bounds: Bounds
    times: tuple[str, ...] = ()
    having: str = ""
    having_if: str = ""

    def reads_all_of(self, other: "Picked") -> bool:
        """Whether the events of the other are among these."""
        return (
            self.names == other.names
            and set(self.of) <= set(other.of)
            and set(self.times) <= set(other.times)
            and self.bounds[0] <= other.bounds[0]
            and other.bounds[1] <= self.bounds[1]
        )

    def matches(self, bound: Bound, but: Sequence[str] = ()) -> str:
        """The condition on a row of these names, without what is asked of all rows anyway."""
        every = [*within(self.bounds, bound), *self.of, *self.times]
        return both([one for one in every if one not in but])


def together(picked: Sequence[Picked]) -> list[list[Picked]]:
    """Which to read at once."""
    groups: list[list[Picked]] = []
    for is_measured in (True, False):
        for one in picked:
            if bool(one.having) == is_measured:
                _place(groups, one)
    return groups


def _place(groups: list[list[Picked]], one: Picked) -> None:
    for group in groups:
        first = group[0]
        is_alike = first.names == one.names and bool(first.having) == bool(one.having)
        if is_alike or any(other.having and other.reads_all_of(one) for other in group):
            group.append(one)
            return
    groups.append([one])


def scan(group: Sequence[Picked], bound: Bound) -> str:
    """The sub-query that gives a tuple of bitmaps, one for each of the group."""
    low = min(one.bounds[0] for one in group)
    high = max(one.bounds[1] for one in group)
    of_all = [one for one in group[0].of if all(one in other.of for other in group)]
    rows = [named(group[0].names, bound), *within((low, high), bound), *of_all]
    if len(group) == 1:
        rows += group[0].times
        if not group[0].having:
            return f"SELECT tuple(groupBitmapState(who)) FROM events WHERE {both(rows)}"
        of = f"SELECT who FROM events WHERE {both(rows)} GROUP BY who HAVING {group[0].having}"
        return f"SELECT tuple(groupBitmapState(who)) FROM ({of})"
    matches = [one.matches(bound, rows) for one in group]
    if "1" not in matches:
        rows.append(f"({' OR '.join(matches)})")
    if not any(one.having for one in group):
        states = ", ".join(f"groupBitmapStateIf(who, {_yes(one)})" for one in matches)
        return f"SELECT tuple({states}) FROM events WHERE {both(rows)}"
    holds = ", ".join(
        f"{_holds(one, match)} AS h{i}"
        for i, (one, match) in enumerate(zip(group, matches, strict=True))
    )
    states = ", ".join(f"groupBitmapStateIf(who, h{i})" for i in range(len(group)))
    grouped = f"SELECT who, {holds} FROM events WHERE {both(rows)} GROUP BY who"
    return f"SELECT tuple({states}) FROM ({grouped})"


def _holds(one: Picked, match: str) -> str:
    some = f"countIf({_yes(match)}) > 0"
    return f"({some} AND {one.having_if.replace(MATCHING, _yes(match))})" if one.having else some


def _yes(match: str) -> str:
    return match if match == "1" else f"ifNull({match}, 0)"
