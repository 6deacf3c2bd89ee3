"""Measures of one person's events as ClickHouse aggregates, and what they are of no events."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kervan.kernel.money import minor_digits
from kervan.segments import tree
from kervan.segments.compile import readings
from kervan.segments.compile.bind import Bound
from kervan.segments.compile.joined import PLACE
from kervan.segments.compile.readings import Value, total

Read = Callable[[str], str]
"""How an aggregate names what stands in each row: the expression itself, or a column of its own."""
_LARGEST = 1_000_000_000
_PARTS = 1_000_000


class Rows(Protocol):
    """What measures read of rows of events."""

    def value(self, name: str) -> Value:
        """The readings of a property or column."""

    def local_day(self, window: tree.Window) -> str:
        """The number of the local day of an event in the window."""

    def dated(self, test: tree.Test, window: tree.Window) -> str:
        """The condition that the time of an event in the window meets a test."""


def meets(node: tree.Event, rows: Rows, bound: Bound, read: Read, matching: str = "") -> str:
    """The condition that the measure of one person's events (at least one) meets the test.

    With `matching` only rows that meet this condition count.
    """
    measure = node.measure
    if isinstance(measure, tree.Earliest | tree.Latest):
        if measure.property == "@at":
            said = rows.dated(node.test, node.window)
        else:
            said = readings.meets(rows.value(measure.property), node.test, bound)
        chosen = "argMin" if isinstance(measure, tree.Earliest) else "argMax"
        return _Aggregate(matching).of(chosen, read(total(said)), read(PLACE))
    number = _number(node, rows, read, _Aggregate(matching))
    value = Value(number=number, known=f"isNotNull({number})")
    return total(readings.meets(value, node.test, bound))


def only(measure: tree.Measure, bound: Bound) -> list[str]:
    """Conditions on the events that a measure is of, where the others are as if they were not."""
    if isinstance(measure, tree.Money):
        return [f"currency = {bound.text(measure.currency)}"]
    return []


def holds_for_none(measure: tree.Measure, test: tree.Test) -> bool:
    """Whether the measure of no events meets the test."""
    is_sum = isinstance(measure, tree.Money) and measure.how == "sum"
    if is_sum or isinstance(measure, tree.Count | tree.Days | tree.Distinct | tree.Sum):
        return isinstance(test, tree.Known) or (
            isinstance(test, tree.Number) and _meets_number(test, 0)
        )
    return isinstance(test, tree.Unknown)


def of_any(node: tree.Event) -> bool | None:
    """Whether one event decides already: True when any makes it hold, False when it ends it."""
    test = node.test
    if not isinstance(node.measure, tree.Count) or not isinstance(test, tree.Number):
        return None
    none = _meets_number(test, 0)
    some = {_meets_number(test, count) for count in _decisive(test)}
    return not none if some == {not none} else None


def _decisive(test: tree.Number) -> list[int]:
    """Counts that between them show whether all counts from 1 on are the same to a test."""
    edges = [test.value] + ([] if test.high is None else [test.high])
    near = [int(one) + step for one in edges if abs(one) < 2**62 for step in (-1, 0, 1, 2)]
    return [1, 2**62, *(one for one in near if one > 1)]


def _meets_number(test: tree.Number, number: int) -> bool:
    match test.op:
        case "eq":
            return number == test.value
        case "ne":
            return number != test.value
        case "lt":
            return number < test.value
        case "lte":
            return number <= test.value
        case "gt":
            return number > test.value
        case "gte":
            return number >= test.value
    return test.value <= number and (test.high is None or number <= test.high)


@dataclass(frozen=True, slots=True)
class _Aggregate:
    matching: str

    def of(self, function: str, *columns: str) -> str:
        """The aggregate of the rows that count."""
        if self.matching:
            return f"{function}If({', '.join([*columns, self.matching])})"
        return f"{function}({', '.join(columns)})"


def _number(node: tree.Event, rows: Rows, read: Read, some: _Aggregate) -> str:
    """The measure as a number, NULL where it is unknown."""
    measure = node.measure
    match measure:
        case tree.Count():
            return _orders(read, some.matching) if is_of_orders(node) else some.of("count")
        case tree.Days():
            return some.of("uniqExact", read(rows.local_day(node.window)))
        case tree.Distinct():
            return _distinct(rows.value(measure.property), read, some)
        case tree.Sum() | tree.Average():
            return _total(rows.value(measure.property).number, read, some, measure)
        case tree.Least() | tree.Most():
            number = rows.value(measure.property).number
            function = "min" if isinstance(measure, tree.Least) else "max"
            return some.of(function, read(f"toNullable({number})")) if number else "NULL"
        case tree.Money():
            return _money(measure, read, some)
    raise TypeError(f"{type(measure).__name__} is no number")


def is_of_orders(node: tree.Event) -> bool:
    """Whether `once` only means to count orders: no window or clock may leave the first one out."""
    is_counted = node.once and isinstance(node.measure, tree.Count)
    return is_counted and isinstance(node.window, tree.Ever) and node.clock is None


def _orders(read: Read, matching: str) -> str:
    """How many different orders, and events without one."""
    order, also = read("order_id"), f" AND {matching}" if matching else ""
    return f"(uniqExactIf({order}, {order} != ''{also}) + countIf({order} = ''{also}))"


def _distinct(value: Value, read: Read, some: _Aggregate) -> str:
    parts = []
    if value.text:
        text = f"nullIf({value.text}, '')" if value.has_text else value.text
        parts.append(some.of("uniqExact", read(text)))
    if value.native:
        parts.append(some.of("uniqExact", read(f"{value.native} + 0")))  # 0 and -0 are one
    return f"({' + '.join(parts)})" if parts else "0"


def _total(number: str, read: Read, some: _Aggregate, measure: tree.Sum | tree.Average) -> str:
    """Millionths are added as integers, so that their order changes nothing."""
    if not number:
        return "0" if isinstance(measure, tree.Sum) else "NULL"
    small = f"if(abs({number}) <= {_LARGEST}, {number}, NULL)"
    part = read(f"toInt64(roundBankers({small} * {_PARTS}))")
    whole = f"(toFloat64({some.of('sum', part)}) / {_PARTS})"  # NULL of none
    if isinstance(measure, tree.Sum):
        return f"ifNull({whole}, 0)"
    return f"({whole} / {some.of('count', part)})"


def _money(measure: tree.Money, read: Read, some: _Aggregate) -> str:
    unit = 10 ** minor_digits(measure.currency)
    minor = read("value_minor")
    if measure.how == "most":
        return f"(toFloat64({some.of('max', minor)}) / {unit})"
    whole = f"(toFloat64({some.of('sum', minor)}) / {unit})"
    return whole if measure.how == "sum" else f"({whole} / {some.of('count')})"
