"""Finds values that a template prints and that may be missing, with nothing to stand in for them.

Of a person anything may be missing; so may be anything else that comes from data. Missing values
fail a message when it is rendered: the author learns of it here, before anybody misses a message.
"""

from collections.abc import Iterator
from typing import NamedTuple

from kervan.content import nodes
from kervan.content.assemble import OWN_LINKS
from kervan.content.references import COUPONS, PRODUCTS

Path = tuple[str | int, ...]
Safe = frozenset[Path]


class Bare(NamedTuple):
    """A path that is printed without a fallback, as the author wrote it, and its line."""

    name: str
    line: int


def bare(pieces: list[nodes.Piece]) -> list[Bare]:
    """Every path of data that is needed where it may be missing, each once."""
    found: dict[str, int] = {}
    safe: list[Safe] = [frozenset()]  # what each open block has asked about
    local: list[frozenset[str]] = [frozenset(OWN_LINKS)]
    answered = _answered(pieces)
    for place, piece in enumerate(pieces):
        match piece:
            case nodes.Print(expression, line):
                for path in _needed(expression, safe[-1], local[-1]):
                    found.setdefault(_written(path), line)
            case nodes.Branch("if", condition):
                safe.append(safe[-1] | _asked(condition))
                local.append(local[-1])
            case nodes.Branch(_, condition):
                safe[-1] = safe[-2] | _asked(condition)
            case nodes.Loop(names, items, _, line):
                for path in _needed(items, safe[-1], local[-1]):
                    if not (path[0] == PRODUCTS and place in answered):
                        found.setdefault(_written(path), line)
                safe.append(safe[-1])
                # What an element of a list has its own source answers for.
                local.append(local[-1] | {*names, "loop"})
            case nodes.End():
                safe.pop()
                local.pop()
            case _:
                continue
    return [Bare(name, line) for name, line in found.items()]


def _answered(pieces: list[nodes.Piece]) -> set[int]:
    """The places of loops that say what stands there when there is nothing: that have an else."""
    found = set()
    opened: list[int] = []
    for place, piece in enumerate(pieces):
        match piece:
            case nodes.Loop() | nodes.Branch("if"):
                opened.append(place)
            case nodes.Branch("else") if opened:
                found.add(opened[-1])
            case nodes.End() if opened:
                opened.pop()
            case _:
                continue
    return found


def _needed(node: nodes.Expression, safe: Safe, local: frozenset[str]) -> Iterator[Path]:
    match node:
        case nodes.Name() | nodes.Attr():
            path = _path(node)
            if path is None:
                for part in nodes.parts(node):
                    yield from _needed(part, safe, local)
            elif path[0] not in local and path not in safe and path[:2] not in safe & _whole(path):
                yield path
        case nodes.Filter(_, "default", args):
            for arg in args:
                yield from _needed(arg, safe, local)
        case nodes.Conditional(then, condition, otherwise):
            yield from _needed(then, safe | _asked(condition), local)
            yield from _needed(otherwise, safe, local)
        case nodes.Test() | nodes.Binary("and" | "or") | nodes.Unary("not"):
            return  # what is missing counts as no
        case _:
            for part in nodes.parts(node):
                yield from _needed(part, safe, local)


def _whole(path: Path) -> Safe:
    """What is there as a whole when it is there at all: a coupon."""
    return frozenset({path[:2]} if path[0] == COUPONS else ())


def _asked(condition: nodes.Expression | None) -> Safe:
    """The paths that are there whenever `condition` holds."""
    match condition:
        case nodes.Binary("and", left, right):
            return _asked(left) | _asked(right)
        case nodes.Binary("==" | "<" | ">" | "<=" | ">=", left, right):
            return _asked(left) | _asked(right)
        case nodes.Test(base, "undefined", True) | nodes.Test(base, "defined", False):
            return _asked(base)
        case nodes.Test(base, "odd" | "even" | "number" | "string", False):
            return _asked(base)
        case nodes.Filter(base, name) if name != "default":
            return _asked(base)
        case nodes.Name() | nodes.Attr():
            path = _path(condition)
            return frozenset({path}) if path else frozenset()
        case _:
            return frozenset()


def _path(node: nodes.Expression) -> Path | None:
    keys: list[str | int] = []
    while isinstance(node, nodes.Attr):
        keys.append(node.key)
        node = node.base
    return (node.name, *reversed(keys)) if isinstance(node, nodes.Name) else None


def _written(path: Path) -> str:
    keys = [f"[{key}]" if isinstance(key, int) else f".{key}" for key in path[1:]]
    return str(path[0]) + "".join(keys)
