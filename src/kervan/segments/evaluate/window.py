"""Windows over picked events: which of a person's lie in one, and when the next comes or goes."""

from dataclasses import dataclass
from math import ceil, floor, inf

import numpy as np

from kervan.segments.columns import NEVER, Int64
from kervan.segments.evaluate.moment import Moments, length_ms
from kervan.segments.evaluate.select import History, Pick, Selection
from kervan.segments.tree import Between, Calendar, Ever, Last, Next, Number, Since, Window

_BIG = 1 << 60


@dataclass(frozen=True, slots=True)
class Bounds:
    """A window as places, per person: `low` to before `high`.

    None is all she did up to now. An event goes `leave_ms` after it was (None: never) and comes
    `enter_ms` after it, of a `calendar` window with its unit; from `end_ms` on none comes; at
    `move_ms` the window begins later.
    """

    low: Int64 | None
    high: Int64 | None
    enter_ms: int = 0
    leave_ms: int | None = None
    calendar: Calendar | None = None
    end_ms: Int64 | None = None
    move_ms: Int64 | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Range:
    """A person's picked events in a window: indexes `low` to before `high` of the selection."""

    selection: Selection
    bounds: Bounds
    low: Int64
    high: Int64

    @property
    def count(self) -> Int64:
        """How many, per person."""
        return self.high - self.low

    def totals(self, sizes: Int64) -> Int64:
        """The sum of `sizes` (one per event of the selection), per person; modulo 2**64."""
        sums = np.zeros(len(sizes) + 1, np.int64)
        np.cumsum(sizes, out=sums[1:])
        return sums[self.high] - sums[self.low]


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts for which an answer is the same: `least` to `most`, or all that are not these."""

    least: float
    most: float


def counted(test: Number) -> Counted:
    """The counts that one side of the test takes, maybe none (`least` above `most`)."""
    value = test.value
    match test.op:
        case "gte" | "lt":
            return Counted(ceil(value), inf)
        case "gt" | "lte":
            return Counted(floor(value) + 1, inf)
        case "eq" | "ne":
            return Counted(ceil(value), floor(value))
        case "between":
            return Counted(ceil(value), inf if test.high is None else floor(test.high))


AT_LEAST_ONE = Counted(1, inf)


class Windows:
    """The windows of one asking, each computed once; `at_ms` is one per person."""

    def __init__(self, history: History, moments: Moments, at_ms: Int64) -> None:
        self._history = history
        self._moments = moments
        self._at_ms = at_ms
        self._bounds: dict[Window, Bounds] = {}
        self._ranges: dict[tuple[Pick, Window], Range] = {}

    def picked(self, pick: Pick, window: Window) -> Range:
        """The picked events that are in the window."""
        found = self._ranges.get((pick, window))
        if found is None:
            found = self._ranges[pick, window] = self.range(self._history.pick(pick), window)
        return found

    def range(self, selection: Selection, window: Window) -> Range:
        """The events of the selection that are in the window."""
        bounds = self._of(window)
        low, high = selection.starts[:-1], selection.starts[1:]
        if bounds.low is not None:
            low = selection.first_from(bounds.low)
        if bounds.high is not None:
            high = selection.first_from(bounds.high)
        elif self._history.has_future:
            high = selection.first_from(self._history.now)
        return Range(selection, bounds, low, np.maximum(low, high))

    def _of(self, window: Window) -> Bounds:
        if window not in self._bounds:
            self._bounds[window] = self._compute(window)
        return self._bounds[window]

    def _compute(self, window: Window) -> Bounds:
        history, now = self._history, self._history.now
        match window:
            case Ever():
                return Bounds(None, None)
            case Last():
                skip, span = length_ms(window.skip), length_ms(window.span)
                high = history.upto(self._at_ms - skip) if skip else None
                if window.span is None:
                    return Bounds(None, high, skip)
                return Bounds(history.upto(self._at_ms - span), high, skip, span)
            case Calendar():
                start, end, _ = self._moments.calendar(window)
                high = np.minimum(history.upto(end - 1), now)
                return Bounds(history.upto(start - 1), high, calendar=window)
            case Between():
                start, end = self._moments.between(window)
                high = np.minimum(history.upto(end - 1), now)
                return Bounds(history.upto(start - 1), high, end_ms=end)
            case Since():
                return self._since(window)
            case Next():  # nothing that counts lies ahead
                return Bounds(now, now)

    def _since(self, window: Since) -> Bounds:
        history = self._history
        others = history.pick(Pick(window.events, window.where))
        after = others.first_from(history.now)
        index = others.starts[:-1] if window.first else after - 1
        mine = (others.starts[:-1] <= index) & (index < after)
        low = history.starts[:-1].copy()
        low[mine] = history.later(others.places[index[mine]])
        return Bounds(low, None, move_ms=self.next_event(others))

    def next_event(self, selection: Selection) -> Int64:
        """When the next picked event that does not count yet will count; NEVER without one."""
        if not self._history.has_future:
            return np.full(len(self._at_ms), NEVER, np.int64)
        return selection.at_of(selection.first_from(self._history.now), NEVER)

    def changes(self, found: Range, special: Counted | None) -> Int64:
        """The earliest instant at which time alone changes which events are in the window.

        With `special` only changes that lead the count into or out of those are looked for.
        """
        if special is not None and special.least > special.most:
            return np.full(len(self._at_ms), NEVER, np.int64)
        return self._sooner(found, self._comes(found, special), self._goes(found, special))

    def changes_of_last(self, found: Range) -> Int64:
        """The same of the last event in the window: another comes, or it goes, after all others."""
        return self._sooner(found, self._comes(found, None), self._goes(found, AT_LEAST_ONE))

    def _sooner(self, found: Range, comes: Int64, goes: Int64) -> Int64:
        changes = np.minimum(comes, goes)
        if found.bounds.calendar is None:
            return changes
        return np.minimum(changes, self._moments.back_ms)

    def _comes(self, found: Range, special: Counted | None) -> Int64:
        selection, bounds = found.selection, found.bounds
        if bounds.calendar is not None and bounds.calendar.back > 0:
            comes = selection.at_of(found.high, NEVER)
            comes = self._moments.unit_ms(bounds.calendar, comes, bounds.calendar.back)
            comes = np.maximum(comes, self._at_ms + 1)
        elif bounds.enter_ms:
            comes = selection.at_of(found.high, NEVER - bounds.enter_ms) + bounds.enter_ms
        else:
            comes = self.next_event(selection)
        if bounds.end_ms is not None:
            comes = np.where(comes < bounds.end_ms, comes, NEVER)
        if special is not None and special.most == inf:  # more is still enough
            comes = np.where(found.count >= special.least, NEVER, comes)
        return comes

    def _goes(self, found: Range, special: Counted | None) -> Int64:
        selection, bounds, count = found.selection, found.bounds, found.count
        if bounds.move_ms is not None:
            return np.where(selection.starts[1:] > found.low, bounds.move_ms, NEVER)
        if bounds.leave_ms is None and bounds.calendar is None:
            return np.full(len(count), NEVER, np.int64)
        gone = np.ones(len(count), np.int64)
        if special is not None:
            least, most = (int(min(max(one, -_BIG), _BIG)) for one in (special.least, special.most))
            gone = np.where(count > most, count - most, count - least + 1)
        matters = (gone >= 1) & (gone <= count)
        leaves = selection.at_of(np.where(matters, found.low + gone - 1, -1), NEVER)
        if bounds.calendar is not None:
            units = bounds.calendar.back + bounds.calendar.count
            leaves = self._moments.unit_ms(bounds.calendar, leaves, units)
            return np.maximum(leaves, self._at_ms + 1)
        return np.where(leaves < NEVER, leaves + (bounds.leave_ms or 0), NEVER)
