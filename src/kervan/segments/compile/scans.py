"""Readings of the events table that several conditions share: one for those about the same names.

A condition is about single events (is there one?) or about a measure of all of a person's. Those of
a kind and of the same names are read together; a condition about single events goes with one about
a measure that reads all of its events anyway. What one reads of JSON is not read of the much longer
time of another: a path costs more than a second look at the events.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kervan.segments.compile.bind import Bound
from kervan.segments.compile.joined import both, named, within
from kervan.segments.compile.moments import Bounds

MATCHING = "\0"
"""Stands in `having_if` for the condition on the rows that count."""


_MOST_MEASURED, _MOST = 8, 32
"""So many are read together: of each measured one every person's state is in memory at once."""


_JSON = "properties."
_MUCH_LONGER = 2


def column(place: int) -> str:
    """Stands in `having` and `having_if` for one of `columns`."""
    return f"\1{place}\1"


@dataclass(frozen=True, slots=True)
class Picked:
    """Events of these names under conditions on each (`of`), in `bounds` and, closer, at `times`.

    `having` is the condition on one person's, all of which match, "" for one that there are any;
    `having_if` the same where others are among them, which do not count. `columns` are the
    expressions they read.
    """

    names: tuple[str, ...]
    of: tuple[str, ...]
    bounds: Bounds
    times: tuple[str, ...] = ()
    having: str = ""
    having_if: str = ""
    columns: tuple[str, ...] = ()

    def reads_all_of(self, other: "Picked") -> bool:
        """Whether the events of the other are among these."""
        return (
            self.names == other.names
            and set(self.of) <= set(other.of)
            and set(self.times) <= set(other.times)
            and self.bounds[0] <= other.bounds[0]
            and other.bounds[1] <= self.bounds[1]
        )

    @property
    def length_ms(self) -> int:
        """How much time its events lie in."""
        return self.bounds[1] - self.bounds[0]

    @property
    def paths(self) -> set[str]:
        """The expressions that read JSON."""
        return {one for one in (*self.of, *self.columns) if _JSON in one}

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
        if len(group) >= (_MOST_MEASURED if first.having else _MOST):
            continue
        if not _belong(group, one):
            continue
        is_alike = first.names == one.names and bool(first.having) == bool(one.having)
        if is_alike or any(other.having and other.reads_all_of(one) for other in group):
            group.append(one)
            return
    groups.append([one])


def _belong(group: list[Picked], one: Picked) -> bool:
    """Whether nothing but what is short or read anyway would be read of a longer time."""
    every = [*group, one]
    whole_ms = max(each.bounds[1] for each in every) - min(each.bounds[0] for each in every)
    long = [each for each in every if each.length_ms * _MUCH_LONGER >= whole_ms]
    anyway = set[str]().union(*(each.paths for each in long))
    return all(each.paths <= anyway for each in every if each not in long)


def scan(group: Sequence[Picked], bound: Bound) -> str:
    """The sub-query that gives a tuple of bitmaps, one for each of the group."""
    low = min(one.bounds[0] for one in group)
    high = max(one.bounds[1] for one in group)
    of_all = [one for one in group[0].of if all(one in other.of for other in group)]
    rows = [named(group[0].names, bound), *within((low, high), bound), *of_all]
    if len(group) == 1:
        return _alone(group[0], both([*rows, *group[0].times]))
    matches = [one.matches(bound, rows) for one in group]
    is_measured = any(one.having for one in group)
    columns = _Columns()
    marks = [match if match == "1" else columns.name(f"ifNull({match}, 0)") for match in matches]
    if "1" not in marks and (is_measured or any(set(one.of) - set(of_all) for one in group)):
        rows.append(f"({' OR '.join(marks)})")
    if not is_measured:
        states = ", ".join(f"groupBitmapStateIf(who, {mark})" for mark in marks)
        return f"SELECT tuple({states}) FROM {columns.source(both(rows))}"
    holds = ", ".join(
        f"{_holds(one, mark, columns)} AS h{i}"
        for i, (one, mark) in enumerate(zip(group, marks, strict=True))
    )
    states = ", ".join(f"groupBitmapStateIf(who, h{i})" for i in range(len(group)))
    grouped = f"SELECT who, {holds} FROM {columns.source(both(rows))} GROUP BY who"
    return f"SELECT tuple({states}) FROM ({grouped})"


def _alone(one: Picked, rows: str) -> str:
    if not one.having:
        return f"SELECT tuple(groupBitmapState(who)) FROM events WHERE {rows}"
    columns = _Columns()
    having = columns.named_in(one.having, one.columns)
    of = f"SELECT who FROM {columns.source(rows)} GROUP BY who HAVING {having}"
    return f"SELECT tuple(groupBitmapState(who)) FROM ({of})"


def _holds(one: Picked, mark: str, columns: "_Columns") -> str:
    if mark == "1":
        return columns.named_in(one.having, one.columns) or "1"
    some = f"countIf({mark}) > 0"
    if not one.having:
        return some
    return f"({some} AND {columns.named_in(one.having_if, one.columns).replace(MATCHING, mark)})"


class _Columns:
    """Expressions of each row, written once: what a query is understood by costs by its length."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def name(self, expression: str) -> str:
        """The name of an expression."""
        return self._names.setdefault(expression, f"v{len(self._names)}")

    def named_in(self, text: str, columns: Sequence[str]) -> str:
        """The text with the names of its columns."""
        for place, one in enumerate(columns):
            text = text.replace(column(place), self.name(one))
        return text

    def source(self, rows: str) -> str:
        """What follows FROM: the named expressions of rows under a condition."""
        if not self._names:
            return f"events WHERE {rows}"
        columns = "".join(f", {one} AS {name}" for one, name in self._names.items())
        return f"(SELECT who{columns} FROM events WHERE {rows})"
