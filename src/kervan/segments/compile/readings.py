"""The tests of a value as ClickHouse conditions, over the readings a JSON value or column has."""

from dataclasses import dataclass

from kervan.segments import tree
from kervan.segments.compile.bind import Bound, path

NOT = "0"
"""A condition that nothing meets."""
_NUMBER = "^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$"
_MOST_CHARS = 400
_COMPARE = {"eq": "=", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


@dataclass(frozen=True, slots=True)
class Value:
    """Expressions that read one value, "" for a reading it never has.

    `text`, `number` (Float64) and `flag` are NULL where it is none, unless `has_text` says so;
    `native` is the number where it is no text; `known` is a condition.
    """

    text: str = ""
    number: str = ""
    flag: str = ""
    known: str = NOT
    native: str = ""
    has_text: str = ""


def of_path(column: str, name: str) -> Value:
    """What stands at a path of a JSON column."""
    text = path(column, name, "String")
    native = (
        f"coalesce(toFloat64({path(column, name, 'Int64')}), {path(column, name, 'Float64')},"
        f" toFloat64({path(column, name, 'UInt64')}))"
    )
    return Value(
        text=text,
        number=f"ifNull({native}, {decimal(text)})",
        flag=path(column, name, "Bool"),
        known=f"isNotNull({path(column, name)})",
        native=native,
    )


def decimal(text: str) -> str:
    """The number a text says in plain decimal form, as an expression; NULL for none."""
    # Not NULL in the first part, which most rows end at: a NULL would have the others looked at.
    some = f"ifNull({text}, '')"
    said = f"toFloat64OrNull({text})"
    return (
        f"if(length({some}) BETWEEN 1 AND {_MOST_CHARS} AND match({some}, '{_NUMBER}')"
        f" AND isFinite({said}), {said}, NULL)"
    )


def of_text(column: str) -> Value:
    """A column of texts, where the empty one is unknown."""
    known = f"{column} != ''"
    return Value(text=column, has_text=known, known=known, number=decimal(column))


def of_number(reading: str, known: str = "1") -> Value:
    """An expression that is a number where `known` holds."""
    double = f"toFloat64({reading})"
    read = double if known == "1" else f"if({known}, {double}, NULL)"
    return Value(number=read, native=read, known=known)


def meets(value: Value, test: tree.Test, bound: Bound) -> str:
    """The condition that a value meets a test; NULL stands for no as well.

    Time and Yearly tests read nothing here.
    """
    match test:
        case tree.Number():
            return number(value.number, test, bound) if value.number else NOT
        case tree.Text():
            if not value.text:
                return NOT
            said = _text(value.text, test, bound)
            return f"({value.has_text} AND {said})" if value.has_text else said
        case tree.Flag():
            return f"({value.flag} = {'true' if test.value else 'false'})" if value.flag else NOT
        case tree.Known():
            return value.known
        case tree.Unknown():
            return f"not({value.known})"
    return NOT


def number(reading: str, test: tree.Number, bound: Bound) -> str:
    """The condition that a Float64 meets a test of numbers."""
    if test.op == "between":
        high = float("inf") if test.high is None else test.high
        return f"({reading} BETWEEN {bound.number(test.value)} AND {bound.number(high)})"
    return f"({reading} {_COMPARE[test.op]} {bound.number(test.value)})"


def _text(reading: str, test: tree.Text, bound: Bound) -> str:
    match test.op:
        case "in":
            return f"({reading} IN {bound.texts(test.values)})"
        case "not_in":
            return f"(isNotNull({reading}) AND {reading} NOT IN {bound.texts(test.values)})"
        case "contains":
            return f"(position({reading}, {bound.text(test.values[0])}) > 0)"
        case "starts_with":
            return f"startsWith({reading}, {bound.text(test.values[0])})"
        case "ends_with":
            return f"endsWith({reading}, {bound.text(test.values[0])})"
        case "matches":
            # In ClickHouse's RE2 a dot is any sign; in ours, as in most, it is no line break.
            return f"match({reading}, {bound.text('(?-s)' + test.values[0])})"
    return f"({reading} {_COMPARE[test.op]} {bound.text(test.values[0])})"


def total(condition: str) -> str:
    """The condition as yes or no, where NULL is no."""
    return condition if condition == NOT else f"ifNull({condition}, 0)"
