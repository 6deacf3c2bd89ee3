"""Finds out where in a JSON text each value is printed, so that none can leave its place."""

import json
from typing import Any

import msgspec

from kervan.content import nodes
from kervan.content.assemble import own_link
from kervan.content.context import Value
from kervan.content.emit import METHODS
from kervan.content.wants import PRESENCE
from kervan.kernel.errors import KervanError

VALUE, INSIDE = "json_value", "json_text"
"""Filters that only this module writes: a value by itself, and words inside a quoted text."""


def placed(pieces: list[nodes.Piece], part: str, *, is_object: bool) -> list[nodes.Piece]:
    """The pieces of a JSON text with every print in the filter of its place.

    Raises content.json_block for a block that begins and ends on different sides of a quote, and
    content.json_invalid for what is no JSON whatever the values are.
    """
    found: list[nodes.Piece] = []
    quoted = escaped = False
    opened: list[bool] = []
    for piece in pieces:
        match piece:
            case nodes.Text(text):
                quoted, escaped = _after(text, quoted, escaped)
                found.append(piece)
            case nodes.Print(expression, line):
                if escaped:
                    raise KervanError("content.json_block", part=part, line=line)
                found += _print(expression, line, quoted)
            case nodes.Branch("if") | nodes.Loop():
                opened.append(quoted)
                found.append(piece)
            case _:
                if escaped or quoted != opened[-1]:
                    raise KervanError("content.json_block", part=part, line=piece.line)
                if isinstance(piece, nodes.End):
                    opened.pop()
                found.append(piece)
    if not any(isinstance(one, nodes.Branch | nodes.Loop) for one in pieces):
        _try(found, part, is_object=is_object)
    return found


def _after(text: str, quoted: bool, escaped: bool) -> tuple[bool, bool]:
    for sign in text:
        if escaped:
            escaped = False
        elif sign == '"':
            quoted = not quoted
        elif sign == "\\":
            escaped = quoted
    return quoted, escaped


def _print(expression: nodes.Expression, line: int, quoted: bool) -> list[nodes.Piece]:
    if own_link(expression):  # an address in plain ASCII
        bare: list[nodes.Piece] = [nodes.Print(expression, line)]
        quote = nodes.Text('"', line)
        return bare if quoted else [quote, *bare, quote]
    name = INSIDE if quoted else VALUE
    return [nodes.Print(nodes.Filter(expression, name, (), ()), line)]


def _try(pieces: list[nodes.Piece], part: str, *, is_object: bool) -> None:
    written = []
    for one in pieces:
        if isinstance(one, nodes.Text):
            written.append(one.text)
        elif isinstance(one, nodes.Print) and isinstance(one.expression, nodes.Filter):
            written.append("0" if one.expression.name == VALUE else "")
    try:
        read = json.loads("".join(written))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        reason = getattr(error, "msg", type(error).__name__)
        raise KervanError("content.json_invalid", part=part, line=line, reason=reason) from None
    if is_object and not isinstance(read, dict):
        raise KervanError("content.json_object", part=part, line=1)


def check(written: str, part: str, *, is_object: bool) -> None:
    """Whether a rendered text is JSON. Raises content.json_invalid and content.json_object."""
    try:
        read = msgspec.json.decode(written)
    except (msgspec.DecodeError, RecursionError) as error:
        reason = type(error).__name__
        raise KervanError(
            "content.json_invalid", status=422, part=part, line=0, reason=reason
        ) from None
    if is_object and not isinstance(read, dict):
        raise KervanError("content.json_object", status=422, part=part, line=0)


def _value(value: Any) -> str:
    return json.dumps(_own_keys(value), ensure_ascii=False, allow_nan=False)


def _own_keys(value: Value) -> Value:
    """`value` with its keys as data had them, and not as the engine is given them."""
    if isinstance(value, dict):
        return {
            key[:-2] if key.endswith("__") and key[:-2] in METHODS else key: _own_keys(one)
            for key, one in value.items()
            if key != PRESENCE
        }
    return [_own_keys(one) for one in value] if isinstance(value, list) else value


def _inside(value: Any) -> str:
    if isinstance(value, dict | list) or value is None:
        kind = "none" if value is None else type(value).__name__
        raise KervanError("content.not_printable", status=422, type=kind)
    words = value if isinstance(value, str) else json.dumps(value)
    return json.dumps(words, ensure_ascii=False)[1:-1]


FILTERS = {VALUE: _value, INSIDE: _inside}
