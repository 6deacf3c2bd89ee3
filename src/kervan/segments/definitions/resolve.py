"""Resolves the segments that a tree names, and says at which place in it one cannot be."""

from collections.abc import Iterator, Mapping

from kervan.kernel.errors import KervanError
from kervan.segments import tree
from kervan.segments.lower import Core, lower
from kervan.segments.problem import Path, Problems, SegmentNotValid
from kervan.segments.tree import Node


def resolve(
    node: Node, segments: Mapping[str, Node], lists: Mapping[str, int], own: str = ""
) -> Core:
    """The core of a tree, as `lower` gives it.

    Raises SegmentNotValid with the place of each condition that names an unknown segment, leads
    back to `own`, or makes the whole too large.
    """
    try:
        return lower(node, segments, lists, own)
    except KervanError as error:
        problems = Problems()
        for path, member in named(node):
            try:
                lower(member, segments, lists, own)
            except KervanError as here:
                problems.say((*path, "segment"), _short(here.code), **here.params)
        if not problems.found:
            problems.say((), _short(error.code), **error.params)
        raise SegmentNotValid(problems.found) from None


def named(node: Node, path: Path = ()) -> Iterator[tuple[Path, tree.Member]]:
    """The conditions of a tree that name segments, each with its place, from left to right."""
    if isinstance(node, tree.Member):
        yield path, node
    elif isinstance(node, tree.All | tree.Any | tree.Nothing):
        for place, one in enumerate(node.of):
            yield from named(one, (*path, "of", place))


def _short(code: str) -> str:
    return code.removeprefix("segments.")
