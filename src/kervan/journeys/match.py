"""Decides which events of a column meet a condition on their properties."""

import math
import operator as operator_
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from kervan.kernel import i18n

Properties = Mapping[str, Any]
Bools = npt.NDArray[np.bool_]
Scalar = str | int | float | bool
_NUMBERS = {int, float, type(None)}
"""What a number is compared with at once: what is missing meets nothing."""
_DIGITS = 10
"""A place in a list has fewer; int() refuses thousands of them."""


class Filter(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """One condition on one property; exactly one operator is given.

    `property` is a path: `total`, `products.0.price`. A missing property meets only `exists:
    false` and `ne`. Numbers compare as numbers, texts as texts; a text that looks like a number
    is compared with a number as one, because tills and shops disagree about that.
    """

    property: str
    eq: Scalar | None = None
    ne: Scalar | None = None
    gt: Scalar | None = None
    gte: Scalar | None = None
    lt: Scalar | None = None
    lte: Scalar | None = None
    in_: list[Scalar] | None = msgspec.field(default=None, name="in")
    contains: Scalar | None = None
    exists: bool | None = None


OPERATORS = ("eq", "ne", "gt", "gte", "lt", "lte", "in", "contains", "exists")


def operator(condition: Filter) -> tuple[str, Any]:
    """The operator of `condition` and what it compares with; ("", None) when there is not one."""
    given = [
        (name, value)
        for name in OPERATORS
        if (value := getattr(condition, "in_" if name == "in" else name)) is not None
    ]
    return given[0] if len(given) == 1 else ("", None)


def find(properties: Properties, path: Sequence[str]) -> Any:
    """What stands at a path, None where nothing does."""
    value: Any = properties
    for part in path:
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and len(part) < _DIGITS:
            value = value[int(part)] if int(part) < len(value) else None
        else:
            return None
    return value


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value) if isinstance(value, int | float | str) else None
    except OverflowError:  # more digits than a number holds: larger than all
        return math.inf if value > 0 else -math.inf
    except ValueError:
        return None


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    a, b = _number(left), _number(right)
    return a is not None and a == b


def _order(left: Any, right: Any) -> int | None:
    """-1, 0 or 1, or None when the two cannot be compared."""
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    a, b = _number(left), _number(right)
    if a is None or b is None or a != a or b != b:
        return None
    return (a > b) - (a < b)


def _holds(left: Any, right: Any) -> bool:
    if isinstance(left, str):
        return isinstance(right, str) and right in left
    return isinstance(left, list) and any(_same(one, right) for one in left)


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": _same,
    "ne": lambda left, right: not _same(left, right),
    "gt": lambda left, right: _order(left, right) == 1,
    "gte": lambda left, right: _order(left, right) in (0, 1),
    "lt": lambda left, right: _order(left, right) == -1,
    "lte": lambda left, right: _order(left, right) in (-1, 0),
    "in": lambda left, right: any(_same(left, one) for one in right),
    "contains": _holds,
    "exists": lambda left, right: (left is not None) is right,
}


_OF_NUMBERS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator_.eq,
    "gt": operator_.gt,
    "gte": operator_.ge,
    "lt": operator_.lt,
    "lte": operator_.le,
}


def evaluate(conditions: Sequence[Filter], rows: Sequence[Properties]) -> Bools:
    """Which of `rows` meet all `conditions`: booleans, one per row."""
    met = np.ones(len(rows), np.bool_)
    for condition in conditions:
        name, right = operator(condition)
        some, path = np.flatnonzero(met), condition.property.split(".")
        if len(path) == 1:
            found = [rows[i].get(path[0]) for i in some.tolist()]
        else:
            found = [find(rows[i], path) for i in some.tolist()]
        met[some] = _meet(name, found, right)
    return met


def _meet(name: str, found: list[Any], right: Any) -> Bools:
    """Which of these values do; numbers beside a number are compared all at once."""
    if name in _OF_NUMBERS and type(right) in (int, float) and set(map(type, found)) <= _NUMBERS:
        with suppress(OverflowError):
            there = np.array([np.nan if one is None else one for one in found], np.float64)
            return np.asarray(_OF_NUMBERS[name](there, float(right)), np.bool_)
    test = _TESTS[name]
    return np.fromiter((test(one, right) for one in found), np.bool_, len(found))


def describe(conditions: Sequence[Filter], locale: str) -> str:
    """The conditions as the end of a sentence, empty when there are none."""
    parts = []
    for condition in conditions:
        name, right = operator(condition)
        key = f"journeys.filter_{name}"
        if name == "exists" and right is False:
            key = "journeys.filter_missing"
        value = ", ".join(map(str, right)) if isinstance(right, list) else right
        parts.append(i18n.say(key, locale, property=condition.property, value=value))
    return i18n.say("journeys.filter_and", locale).join(parts)
