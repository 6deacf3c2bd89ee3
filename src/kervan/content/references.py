"""Finds what a template asks of the house by name: coupons, segments, products."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kervan.content import nodes

COUPONS, SEGMENTS, PRODUCTS = "coupons", "segments", "products"
NAMESPACES = (COUPONS, SEGMENTS, PRODUCTS)


class Reference(NamedTuple):
    """A path as the author wrote it, such as ("coupons", "autumn", "code"), and its line.

    `printed` says that it is to be text, not only asked about.
    """

    path: tuple[str | int, ...]
    line: int
    printed: bool


def references(pieces: Iterable[nodes.Piece]) -> list[Reference]:
    """Every path of one template that starts at a name of the house, in order."""
    found: list[Reference] = []
    local: list[frozenset[str]] = [frozenset()]
    for piece in pieces:
        match piece:
            case nodes.Print(expression, line):
                found += _in(expression, line, local[-1], printed=True)
            case nodes.Branch(word, condition, line):
                if condition is not None:
                    found += _in(condition, line, local[-1], printed=False)
                if word == "if":
                    local.append(local[-1])
            case nodes.Loop(names, items, condition, line):
                found += _in(items, line, local[-1], printed=False)
                local.append(local[-1] | {*names})
                if condition is not None:
                    found += _in(condition, line, local[-1], printed=False)
            case nodes.End():
                local.pop()
            case _:
                continue
    return found


def _in(
    node: nodes.Expression, line: int, local: frozenset[str], *, printed: bool
) -> Iterator[Reference]:
    if isinstance(node, nodes.Name | nodes.Attr):
        keys: list[str | int] = []
        inner: nodes.Expression = node
        while isinstance(inner, nodes.Attr):
            keys.append(inner.key)
            inner = inner.base
        if isinstance(inner, nodes.Name) and inner.name in NAMESPACES and inner.name not in local:
            yield Reference((inner.name, *reversed(keys)), line, printed)
            return
    if isinstance(node, nodes.Conditional):
        yield from _in(node.condition, line, local, printed=False)
        yield from _in(node.then, line, local, printed=printed)
        yield from _in(node.otherwise, line, local, printed=printed)
        return
    asks = isinstance(node, nodes.Test | nodes.Unary) or (
        isinstance(node, nodes.Binary) and node.op in ("and", "or")
    )
    for part in nodes.parts(node):
        yield from _in(part, line, local, printed=printed and not asks)
