"""Of a tree that names others, each condition that cannot be is named with its place."""

import pytest

from kervan.segments.definitions.resolve import named, resolve
from kervan.segments.lower import LIMIT_NODES, Listed
from kervan.segments.problem import SegmentNotValid
from kervan.segments.tree import All, Any, Member, Node, Nothing, Share

HALF = Share(50)


def problems(node: Node, segments: dict[str, Node], own: str = "") -> list[tuple[str, str]]:
    with pytest.raises(SegmentNotValid) as error:
        resolve(node, segments, {}, own)
    assert all("{" not in error.value.say(locale) for locale in ("tr", "az", "en"))
    return [(one.code, one.path) for one in error.value.problems]


def test_what_can_be_is_lowered() -> None:
    node = All((Member("a"), Nothing((Member("list"),))))
    assert resolve(node, {"a": HALF}, {"list": 3}) == All((HALF, Nothing((Listed(3),))))
    assert [path for path, _ in named(node)] == [("of", 0), ("of", 1, "of", 0)]


def test_every_bad_condition_has_its_place() -> None:
    node = All((Member("x"), HALF, Any((Member("a"), Member("y"), Member("b")))))
    segments: dict[str, Node] = {"a": HALF, "b": Member("c"), "c": Member("z")}
    assert problems(node, segments) == [
        ("segments.unknown_segment", "/of/0/segment"),
        ("segments.unknown_segment", "/of/2/of/1/segment"),
        ("segments.unknown_segment", "/of/2/of/2/segment"),
    ]
    segments = {"a": Member("b"), "b": Member("me"), "me": HALF}
    assert problems(Any((HALF, Member("a"))), segments, "me") == [
        ("segments.cycle", "/of/1/segment")
    ]
    assert problems(Member("me"), segments, "me") == [("segments.cycle", "/segment")]


def test_what_is_too_large_only_together_is_so_as_a_whole() -> None:
    big = Any((HALF,) * (LIMIT_NODES // 2))
    node = All((Member("big"), Member("big")))
    assert problems(node, {"big": big}) == [("segments.too_large", "")]
    huge = Any((HALF,) * LIMIT_NODES)
    assert problems(All((HALF, Member("big"))), {"big": huge}) == [
        ("segments.too_large", "/of/1/segment")
    ]
