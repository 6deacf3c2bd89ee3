"""Turns a rule tree into its core: segments by what they mean, messages and journeys as events.

`evaluate` and `compile` know the core only, so that a question has one meaning in both.
"""

from collections.abc import Mapping
from typing import cast

import msgspec

from kervan.kernel.errors import KervanError
from kervan.segments import tree
from kervan.segments.tree import Event, Filter, Flag, Latest, Node, Number, Since, Text

LIMIT_NODES = 2_000
"""Parts a tree may have with all the segments it names; more is a mistake, or an attack."""


class Listed(msgspec.Struct, frozen=True):
    """The person is on the imported list with this number."""

    list: int


class Kept(msgspec.Struct, frozen=True):
    """The person is in the segment with this number, as live membership keeps it.

    Only what counts everybody knows it, and no tree has it: a tree asks what is true to the second.
    """

    segment: int


Core = Node | Listed
"""A tree in which Member, Messages and Journey no longer occur, and Listed may, at any depth."""

_MESSAGE = {
    "sent": ("Message Sent", ()),
    "delivered": ("Message Delivered", ()),
    "opened": ("Message Opened", (Filter("machine", Flag(value=False)),)),
    "clicked": ("Message Clicked", (Filter("machine", Flag(value=False)),)),
}
ENTERED, EXITED = "Journey Entered", "Journey Exited"


def lower(
    node: Node, segments: Mapping[str, Node], lists: Mapping[str, int], own: str = ""
) -> Core:
    """The core of `node`. `own` is the key of the segment it belongs to, "" for an unsaved tree.

    `segments` are the trees of those that have one, `lists` the numbers of the imported ones, by
    key. Raises segments.unknown_segment, segments.cycle and segments.too_large.
    """
    return _Lowering(segments, lists).node(node, (own,) if own else ())


class _Lowering:
    def __init__(self, segments: Mapping[str, Node], lists: Mapping[str, int]) -> None:
        self._segments = segments
        self._lists = lists
        self._count = 0

    def node(self, node: Node, inside: tuple[str, ...]) -> Core:
        self._count += 1
        if self._count > LIMIT_NODES:
            raise KervanError("segments.too_large", limit=LIMIT_NODES)
        match node:
            case tree.All() | tree.Any() | tree.Nothing():
                of = tuple(self.node(one, inside) for one in node.of)
                return type(node)(cast("tuple[Node, ...]", of))
            case tree.Member():
                return self._member(node.segment, inside)
            case tree.Messages():
                return messages(node)
            case tree.Journey():
                return journey(node)
        return node

    def _member(self, key: str, inside: tuple[str, ...]) -> Core:
        if key in inside:
            raise KervanError("segments.cycle", way=" → ".join((*inside, key)))
        if key in self._lists:
            return Listed(self._lists[key])
        if key not in self._segments:
            raise KervanError("segments.unknown_segment", segment=key)
        return self.node(self._segments[key], (*inside, key))


def messages(node: tree.Messages) -> Event:
    """The events a condition on messages is about."""
    about = []
    if node.channel:
        about.append(Filter("channel", Text("eq", (node.channel,))))
    if node.journey:
        about.append(Filter("journey", Text("eq", (node.journey,))))
    if node.what == "ignored":
        name, human = _MESSAGE["clicked"]
        since = Since((name,), (*human, *about))
        return Event(("Message Sent",), where=tuple(about), window=since, test=node.test)
    name, where = _MESSAGE[node.what]
    return Event((name,), where=(*where, *about), window=node.window, test=node.test)


def journey(node: tree.Journey) -> Event:
    """The events a condition on a journey is about."""
    about = (Filter("journey", Text("eq", (node.journey,))),)
    if node.state in ("inside", "left"):
        last = ENTERED if node.state == "inside" else EXITED
        return Event(
            (ENTERED, EXITED), where=about, measure=Latest("@name"), test=Text("eq", (last,))
        )
    at_least = Number("gte", 1) if node.state == "entered" else Number("eq", 0)
    return Event((ENTERED,), where=about, test=at_least)
