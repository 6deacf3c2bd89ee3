"""Finds what a template asks of the house by name: coupons, segments, products."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kervan.content import nodes

COUPONS, SEGMENTS, PRODUCTS = "coupons", "segments", "products"
NAMESPACES = (COUPONS, SEGMENTS, PRODUCTS)

_KEEPS = frozenset(
    {"default", "upper", "lower", "capitalize", "upper_tr", "lower_tr", "upper_az", "lower_az",
     "trim", "join", "urlencode", "link"}
)  # fmt: skip
"""Filters after which a code can still be found in what was written, whatever its letters."""


class Reference(NamedTuple):
    """A path as the author wrote it, such as ("coupons", "autumn", "code"), and its line.

    `printed` says that it is to be text, not only asked about; `cut`, that something may be done to
    it after which it is not found in the text any more.
    """

    path: tuple[str | int, ...]
    line: int
    printed: bool
    cut: bool = False


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
                inside = _in(items, line, local[-1], printed=False)
                found += [one._replace(cut=True) for one in inside]
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
    cuts = isinstance(node, nodes.Slice) or (
        isinstance(node, nodes.Filter) and node.name not in _KEEPS
    )
    asks = isinstance(node, nodes.Test | nodes.Unary) or (
        isinstance(node, nodes.Binary) and node.op in ("and", "or")
    )
    for part in nodes.parts(node):
        for one in _in(part, line, local, printed=printed and not asks):
            yield one._replace(cut=one.cut or cuts)
