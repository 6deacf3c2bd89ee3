"""What the rule of a step asks: its tree, the segments it names, its words."""

from functools import lru_cache

import msgspec

from kervan.segments import parse, tree
from kervan.segments.definitions.resolve import named
from kervan.segments.describe import clause


class Rule(str):
    """A rule tree (segments.tree) as canonical JSON; `Facts.meets` answers it."""

    __slots__ = ()


@lru_cache(maxsize=4096)
def node(rule: str) -> tree.Node:
    """The tree of a rule. Raises SegmentNotValid for a text that is none."""
    return parse.parse(rule)


def of(tree_: tree.Node) -> str:
    """A tree as the text of a rule."""
    return msgspec.json.encode(tree_).decode()


def member(key: str, *, inside: bool) -> str:
    """Whether somebody is in a segment, or not."""
    one = tree.Member(key)
    return of(one if inside else tree.Nothing((one,)))


def segments(rule: str) -> list[str]:
    """The keys of the segments that a rule names, each once."""
    return sorted({member.segment for _, member in named(node(rule))})


def describe(rule: str, locale: str) -> str:
    """What is said of the people, to stand in a sentence: who placed an order …; sipariş vermiş."""
    return clause(node(rule), locale)
