"""Measures the events in a window: sums, means, different values, days, the first and the last."""

from dataclasses import dataclass

import numpy as np

from kervan.kernel.money import minor_digits
from kervan.segments import tree
from kervan.segments.columns import NEVER, NO_TIME, Answer, Bools, Float64, Int64
from kervan.segments.evaluate.meet import Vocabulary, measure_meets, meets
from kervan.segments.evaluate.person import Persons
from kervan.segments.evaluate.select import History, Pick, Selection
from kervan.segments.evaluate.window import Range, Windows, counted
from kervan.segments.zones import DAY_MS

LARGEST_NUMBER = 1e9
"""Larger numbers are left out of sums and averages."""
MILLION = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class _Sizes:
    """What is added up of each event of a selection: `sizes` where it `counts`, else 0."""

    sizes: Int64
    counts: Int64


class Measures:
    """Answers conditions on events by what they measure."""

    def __init__(
        self, history: History, windows: Windows, persons: Persons, vocabulary: Vocabulary
    ) -> None:
        self._history = history
        self._windows = windows
        self._persons = persons
        self._vocabulary = vocabulary
        self._sizes: dict[tuple[Pick, tree.Measure], _Sizes] = {}
        self._before: dict[tuple[Pick, tree.Measure], Int64] = {}

    def answer(self, leaf: tree.Event) -> Answer:
        """Who meets the condition, and until when."""
        pick = Pick(leaf.events, leaf.where, leaf.lines, leaf.once, leaf.clock)
        found = self._windows.picked(pick, leaf.window)
        measure, test = leaf.measure, leaf.test
        if isinstance(measure, tree.Earliest | tree.Latest):
            return self._one(found, measure, test)
        special = None
        if isinstance(measure, tree.Count) and isinstance(test, tree.Number):
            special = counted(test)
        holds = measure_meets(test, self._number(pick, found, measure))
        return Answer(holds, self._windows.changes(found, special))

    def said(self, leaf: tree.Event, row: int) -> float | str | bool | None:
        """What is tested of one person: a number, or the value that was first or last.

        None where it is unknown. `@at` is an instant in milliseconds.
        """
        pick = Pick(leaf.events, leaf.where, leaf.lines, leaf.once, leaf.clock)
        found, measure = self._windows.picked(pick, leaf.window), leaf.measure
        if not isinstance(measure, tree.Earliest | tree.Latest):
            number = float(self._number(pick, found, measure)[row])
            return None if np.isnan(number) else number
        if not found.count[row]:
            return None
        index = found.low[row] if isinstance(measure, tree.Earliest) else found.high[row] - 1
        place = found.selection.places[index]
        if measure.property == "@at":
            return float(self._history.events.at_ms[place])
        values = self._history.values(measure.property, leaf.test)
        return None if values is None else values.one(int(place))

    def _one(self, found: Range, measure: tree.Earliest | tree.Latest, test: tree.Test) -> Answer:
        some = found.count > 0
        is_last = isinstance(measure, tree.Latest)
        place = found.selection.places[(found.high - 1 if is_last else found.low)[some]]
        windows = self._windows
        until = windows.changes_of_last(found) if is_last else windows.changes(found, None)
        if measure.property == "@at":
            moment = np.full(len(some), NO_TIME, np.int64)
            moment[some] = self._history.events.at_ms[place]
            holds, flip = self._persons.dated(test, moment)
            return Answer(holds, np.minimum(flip, until))
        holds = np.full(len(some), isinstance(test, tree.Unknown))
        values = self._history.values(measure.property, test)
        holds[some] = meets(test, values, place, self._vocabulary)
        return Answer(holds, until)

    def _number(self, pick: Pick, found: Range, measure: tree.Measure) -> Float64:
        """What is measured, per person; NaN where it is unknown."""
        match measure:
            case tree.Count():
                return found.count.astype(np.float64)
            case tree.Days() | tree.Distinct():
                return self._different(pick, found, measure)
            case tree.Sum() | tree.Average():
                sizes = self._numbers(pick, found.selection, measure.property)
                total = found.totals(sizes.sizes).astype(np.float64) / MILLION
                if isinstance(measure, tree.Average):
                    return _mean(total, found.totals(sizes.counts))
                return total
            case tree.Least():
                return _extreme(found, self._property(found.selection, measure.property), np.fmin)
            case tree.Most():
                return _extreme(found, self._property(found.selection, measure.property), np.fmax)
            case tree.Money():
                return self._money(pick, found, measure)
        raise AssertionError(measure)  # the first and the last are no computed numbers

    def _property(self, selection: Selection, path: str) -> Float64:
        values = self._history.values(path, tree.Number("gte", 0))
        if values is None:
            return np.full(len(selection.places), np.nan)
        return values.number[selection.places]

    def _numbers(self, pick: Pick, selection: Selection, path: str) -> _Sizes:
        key = (pick, tree.Sum(path))
        if key not in self._sizes:
            number = self._property(selection, path)
            counts = np.abs(number) <= LARGEST_NUMBER
            sizes = np.rint(np.where(counts, number, 0) * MILLION).astype(np.int64)
            self._sizes[key] = _Sizes(sizes, counts.astype(np.int64))
        return self._sizes[key]

    def _money(self, pick: Pick, found: Range, measure: tree.Money) -> Float64:
        places, unit = found.selection.places, 10.0 ** minor_digits(measure.currency)
        key = (pick, tree.Money(measure.currency))
        if key not in self._sizes:
            test = tree.Text("eq", (measure.currency,))
            counts = self._vocabulary.meets(test, self._history.events.currency, places)
            sizes = np.where(counts, self._history.events.value_minor[places], 0)
            self._sizes[key] = _Sizes(sizes, counts.astype(np.int64))
        money = self._sizes[key]
        if measure.how == "most":
            number = np.where(money.counts > 0, money.sizes.astype(np.float64), np.nan)
            return _extreme(found, number, np.fmax) / unit
        total = found.totals(money.sizes).astype(np.float64) / unit
        return _mean(total, found.totals(money.counts)) if measure.how == "average" else total

    def _different(self, pick: Pick, found: Range, measure: tree.Days | tree.Distinct) -> Float64:
        """How many events of the window have their like not before them in the window."""
        key = (pick, measure)
        if key not in self._before:
            selection = found.selection
            if isinstance(measure, tree.Days):
                like: Int64 = self._history.local_ms(selection) // DAY_MS
                valid = np.ones(len(like), np.bool_)
            else:
                like, valid = self._likes(selection, measure.property)
            self._before[key] = _last_like(like, valid)
        before = self._before[key]
        fresh = before < found.low[found.selection.row]
        return found.totals(fresh.astype(np.int64)).astype(np.float64)

    def _likes(self, selection: Selection, path: str) -> tuple[Int64, Bools]:
        """A number for each different value, and where there is one."""
        values = self._history.values(path)
        if values is None:
            nothing = np.zeros(len(selection.places), np.int64)
            return nothing, nothing.astype(np.bool_)
        text = values.text.codes[selection.places].astype(np.int64)
        is_number = values.is_number[selection.places]
        numbers = values.number[selection.places[is_number]]
        text[is_number] = len(values.text.words) + np.unique(numbers, return_inverse=True)[1]
        return text, text >= 0


def _mean(total: Float64, count: Int64) -> Float64:
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _extreme(found: Range, number: Float64, of: np.ufunc) -> Float64:
    """The least or most of the numbers in the window, per person; NaN for none."""
    padded = np.append(number, np.nan)
    edges = np.stack([found.low, found.high], axis=1).ravel()
    picked = of.reduceat(padded, edges)[::2]
    return np.where(found.count > 0, picked, np.nan)


def _last_like(like: Int64, valid: Bools) -> Int64:
    """For each event the index of the last one before it, of whomever, that is like it, or -1.

    One that is not `valid` is never counted: its like is far ahead.
    """
    before = np.full(len(like), NEVER, np.int64)
    index = np.flatnonzero(valid)
    if len(index):
        few = like[index] - like[index].min()
        if few.max() < 1 << 15:
            few = few.astype(np.int16)  # is sorted in one pass
        order = index[np.argsort(few, kind="stable")]
        likes = like[order]
        same = likes[1:] == likes[:-1]
        before[order] = -1
        before[order[1:][same]] = order[:-1][same]
    return before
