"""Events one after the other: each person's as one sorted list, walked once for each stage.

The list holds a key for each event and stage it fits: its time * step + the stage's mark. Marks
fall from stage to stage, so that of one instant the later stage comes first: what stands before a
key and is of the stage before it is strictly earlier. A list of reached keys has them in the same
places, and nothing elsewhere.
"""

from dataclasses import dataclass

from kervan.segments import tree
from kervan.segments.compile.bind import Bound
from kervan.segments.compile.joined import both
from kervan.segments.compile.moments import FAR_MS, length_ms
from kervan.segments.compile.select import AT_MS, Events
from kervan.segments.compile.sets import Sets, Who

_NOTHING = "-9223372036854775808"
_LONGEST_MS = 1 << 50
"""Longer than all of history; times the step it stays within 64 bits."""


class Chains:
    """Compiles sequences."""

    def __init__(self, sets: Sets, events: Events) -> None:
        self._sets = sets
        self._events = events

    def who(self, node: tree.Sequence) -> Who:
        """Whose events hold such a chain."""
        within = self._events.within(node.window)
        if within is None:
            return Who(self._sets.nobody)
        stages = [*node.stages, *([node.then_not] if node.then_not else [])]
        fits = [both([self._events.named(one.events), *self._events.meet(one)]) for one in stages]
        fits[0] = both([fits[0], *within])
        names = self._events.named([name for one in stages for name in one.events])
        of = both([names, *self._times(node), f"({' OR '.join(fits)})"])
        if len(stages) == 2 and not node.then_not and node.stages[1].within is None:
            grouped = _in_order(of, fits)
        else:
            at_ms = self._events.moments.at_ms
            grouped = _Walk(node, len(stages), at_ms, self._sets.bound).text(of, fits)
        return Who(self._sets.query(f"SELECT groupBitmapState(who) FROM ({grouped})"))

    def _times(self, node: tree.Sequence) -> list[str]:
        """The conditions on the time of an event of any stage."""
        bounds = self._events.moments.of_events(node.window)
        low, high = min(low for low, _ in bounds), self._events.moments.at_ms + 1
        followers = [*node.stages[1:], *([node.then_not] if node.then_not else [])]
        if all(one.within for one in followers):
            latest = max(high for _, high in bounds)
            high = min(high, latest + sum(length_ms(one.within) for one in followers))
        return self._events.between((max(low, -FAR_MS), high))


def _in_order(of: str, fits: list[str]) -> str:
    """Two stages, however far apart: the last of one is later than the first of the other."""
    first, last = f"minOrNullIf(at, {fits[0]})", f"maxOrNullIf(at, {fits[1]})"
    return f"SELECT who FROM events WHERE {of} GROUP BY who HAVING ifNull({first} < {last}, 0)"


@dataclass(frozen=True, slots=True)
class _Walk:
    node: tree.Sequence
    count: int
    at_ms: int
    bound: Bound

    @property
    def step(self) -> int:
        """A power of two above the marks, so that a mark is the low bits of a key."""
        return 1 << (self.count - 1).bit_length() if self.count > 1 else 1

    def text(self, of: str, fits: list[str]) -> str:
        """Who has a chain, of events under the condition `of` that fit stages."""
        lists = ", ".join(
            f"groupArrayIf({AT_MS} * {self.step} + {self._mark(place)}, {fit}) AS k{place}"
            for place, fit in enumerate(fits)
        )
        has_all = " AND ".join(f"notEmpty(k{place})" for place in range(len(self.node.stages)))
        text = f"SELECT who, {lists} FROM events WHERE {of} GROUP BY who HAVING {has_all}"
        joined = ", ".join(f"k{place}" for place in range(self.count))
        text = f"SELECT who, arraySort(arrayConcat({joined})) AS keys FROM ({text})"
        first = f"arrayMap(key -> if({self._is('key', 0)}, key, {_NOTHING}), keys)"
        text = f"SELECT who, keys, {first} AS reached FROM ({text})"
        for place in range(1, len(self.node.stages)):
            text = f"SELECT who, keys, {self._next(place)} AS reached FROM ({text})"
        return f"SELECT who FROM ({text}) WHERE {self._ends()}"

    def _mark(self, place: int) -> int:
        return self.count - 1 - place

    def _is(self, key: str, place: int) -> str:
        return f"bitAnd({key}, {self.step - 1}) = {self._mark(place)}"

    def _length(self, span: tree.Span | None, place: int) -> str:
        """How much larger the key of a stage may be than one of the stage before it."""
        longest = min(length_ms(span), _LONGEST_MS) * self.step
        return self.bound.integer(longest + self._mark(place) - self._mark(place - 1))

    def _next(self, place: int) -> str:
        """The keys of a stage that are reached from the last one reached before each."""
        span = self.node.stages[place].within
        near = "" if span is None else f" AND key - before <= {self._length(span, place)}"
        comes = f"{self._is('key', place)} AND before != {_NOTHING}{near}"
        before = f"arrayFill(key -> key != {_NOTHING}, reached)"
        return f"arrayMap((key, before) -> if({comes}, key, {_NOTHING}), keys, {before})"

    def _ends(self) -> str:
        """The condition that a chain is complete, and nothing followed that must not."""
        then_not = self.node.then_not
        if then_not is None:
            return f"arrayExists(key -> key != {_NOTHING}, reached)"
        place = self.count - 1
        passed_ms = self.at_ms - min(length_ms(then_not.within), _LONGEST_MS)
        passed = self.bound.integer(passed_ms * self.step + self._mark(place - 1))
        length = self._length(then_not.within, place)
        follows = f"{self._is('after', place)} AND after > key AND after - key <= {length}"
        after = f"arrayReverseFill(key -> {self._is('key', place)}, keys)"
        ends = f"key != {_NOTHING} AND key <= {passed} AND NOT ({follows})"
        return f"arrayExists((key, after) -> {ends}, reached, {after})"
