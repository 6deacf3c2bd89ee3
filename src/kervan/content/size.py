"""Says how large the value of an expression can become, whatever data it meets: a bomb is none.

Nothing in the language keeps a value from one expression to the next, and what is printed is
counted, so a bound for each expression is a bound for the memory of a render.
"""

from collections.abc import Iterable

from kervan.content import nodes
from kervan.content.context import MAX_ITEMS, MAX_TEXT_CHARS, MAX_TOTAL_CHARS
from kervan.kernel.errors import KervanError

MAX_CHARS = 32_000_000
_NUMBER_CHARS = 400
_GROWS = {"urlencode": 12, "upper": 3, "lower": 3, "capitalize": 3, "upper_tr": 3, "lower_tr": 3,
          "upper_az": 3, "lower_az": 3, "items": 2}  # fmt: skip
"""How many times as large a filter may make a text; percent signs for each byte are the most."""
_DATE_CHARS = 200
_PER_SIGN = 60
"""A sign of a date's pattern may become the name of a time zone."""


def check(pieces: Iterable[nodes.Piece], part: str) -> None:
    """Let expressions pass that stay within measure. Raises content.too_large."""
    for piece in pieces:
        match piece:
            case nodes.Print(expression, line):
                _check([expression], part, line)
            case nodes.Branch(_, condition, line):
                _check([condition] if condition is not None else [], part, line)
            case nodes.Loop(_, items, condition, line):
                _check([items, *([condition] if condition is not None else [])], part, line)
            case _:
                continue


def _check(expressions: Iterable[nodes.Expression], part: str, line: int) -> None:
    for one in expressions:
        size = bound(one)
        if size > MAX_CHARS:
            raise KervanError("content.too_large", part=part, line=line, size=f"{size:.0e}")


def bound(node: nodes.Expression) -> int:
    """The most characters that the value of `node`, with all in it, can have together."""
    match node:
        case nodes.Literal(value):
            return len(value) if isinstance(value, str) else _NUMBER_CHARS
        case nodes.Name() | nodes.Attr():
            return MAX_TOTAL_CHARS
        case nodes.Filter():
            return _filter(node)
        case nodes.Binary("~" | "+", left, right):
            return bound(left) + bound(right)
        case _:
            return sum(bound(part) for part in nodes.parts(node)) + _NUMBER_CHARS


def _filter(node: nodes.Filter) -> int:
    base = bound(node.base)
    given = sum(bound(arg) for arg in (*node.args, *(value for _, value in node.named)))
    if node.name == "join":
        return base + _items(node.base) * given
    if node.name == "date":
        return _DATE_CHARS + _PER_SIGN * min(given, MAX_TEXT_CHARS)
    if node.name in ("money", "money_minor", "number", "round", "length"):
        return base + given + _NUMBER_CHARS
    return base * _GROWS.get(node.name, 1) + given + _NUMBER_CHARS


def _items(node: nodes.Expression) -> int:
    """How many things a joined value has at most: a text is joined sign by sign."""
    match node:
        case nodes.ListOf(items):
            return len(items)
        case nodes.Name() | nodes.Attr():
            return MAX_TEXT_CHARS
        case _:
            return max(MAX_ITEMS, bound(node))
