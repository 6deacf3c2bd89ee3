"""A compiled question says nothing of its tree but by parameters, and asks nothing twice."""

import random
import re

import msgspec
import pytest
from clickhouse_connect.driver.client import Client

from kervan.segments.compile import question
from kervan.segments.compile.question import Compiler
from kervan.segments.lower import Core, Listed, lower
from kervan.segments.tree import (
    All,
    Any,
    Count,
    Event,
    Fact,
    Filter,
    Flag,
    Last,
    Member,
    Node,
    Nothing,
    Number,
    Reach,
    Sequence,
    Since,
    Span,
    Stage,
    Sum,
    Text,
    Trait,
)  # fmt: skip
from tests.unit.segments import loading, random_people
from tests.unit.segments.random_trees import LISTS, Trees

_AT_MS = 1_760_000_000_000
_ZONES = ["Europe/Istanbul", "Asia/Baku"]
_BOUGHT = Event(("Order Completed",), test=Number("gte", 2))
_VIEWED = Event(("Product Viewed",))


def _text(node: Core) -> str:
    return question.to_sql(node, _AT_MS, _ZONES).statement("bitmapCardinality(members)")


def test_equal_leaves_are_asked_once() -> None:
    deep: Node = Any((_BOUGHT, Nothing((All((_BOUGHT, _VIEWED)),)), _VIEWED))
    assert _text(deep).count("FROM events") == 2
    assert _text(All((Reach("email"), Any((Reach("email"), Reach("sms")))))).count("bitTest") == 4


def test_what_is_read_of_the_same_events_is_read_at_once() -> None:
    sums = Event(("Order Completed",), measure=Sum("total"), test=Number("gt", 100))
    lately = Event(("Order Completed",), window=Last(Span(30)))
    assert _text(All((_BOUGHT, sums, lately))).count("FROM events") == 1
    assert _text(All((_BOUGHT, _VIEWED))).count("FROM events") == 2


def test_people_and_scores_are_read_once_each() -> None:
    facts = (Fact("rfm", Number("eq", 555)), Fact("score.clv", Number("gt", 1)))
    traits = tuple(Trait("city", Text("eq", (city,))) for city in ("Ankara", "Baku"))
    text = _text(Any((*facts, *traits, Reach("sms"))))
    assert text.count("FROM people") == text.count("FROM scores") == 1


def test_nothing_a_tree_says_stands_in_the_statement_but_paths_between_back_ticks() -> None:
    evil = "x'; DROP TABLE events; --"
    stage = Stage((evil,), (Filter("a", Text("in", (evil, evil + "2"))),), within=Span(1))
    node = All((
        Trait("a", Text("matches", (evil,))), Fact(f"score.{evil}", Number("eq", 1)),
        Event((evil, "b"), (Filter("@name", Text("ne", (evil,))),), (Filter("c", Flag(True)),)),
        Event(("c",), window=Since((evil,), (Filter("d", Text("contains", (evil,))),))),
        Sequence((stage, stage), stage), Event((evil,), once=True, measure=Count()),
    ))  # fmt: skip
    assert "DROP" not in _text(node)
    paths = Trait(evil, Text("eq", ("y",)))
    assert re.findall(r"`[^`]*DROP[^`]*`", _text(paths)) == [f"`{evil}`"]


def test_values_of_random_trees_are_all_bound() -> None:
    """Whatever is quoted in a statement is ours, or a path in back-ticks."""
    trees = Trees(random.Random(3), ["2026-01-01", "2026-02-01"])
    ours = {"JSON", "UTC", "", "^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$"}
    for _ in range(300):
        core = lower(trees.node(segments=()), {}, LISTS)
        text = re.sub(r"`(?:[^`\\]|\\.)*`", "", _text(core))
        assert set(re.findall(r"'([^']*)'", text)) <= ours


def test_what_is_no_part_of_a_core_is_refused() -> None:
    with pytest.raises(TypeError, match="Member"):
        question.to_sql(Member("a"), _AT_MS, _ZONES)


def test_groups_of_none_of_one_and_of_many(clickhouse: Client) -> None:
    chance = random.Random(5)
    crowd = random_people.crowd(chance)
    loading.load(clickhouse, crowd, chance)
    everybody = [one["person"] for one in crowd.people]
    some = Listed(7)
    theirs = [one["person"] for one in crowd.people if 7 in one["lists"]]
    others = sorted(set(everybody) - set(theirs))
    many = tuple(Trait("city", Text("eq", (f"town {i}",))) for i in range(200))
    nested: Core = some
    for _ in range(60):
        nested = Nothing((Nothing((nested,)),))
    expected: list[tuple[Core, list[int]]] = [
        (All(()), everybody), (Any(()), []), (Nothing(()), everybody),
        (All((some,)), theirs), (Nothing((some,)), others), (nested, theirs),
        (Nothing((Nothing((some,)),)), theirs), (All((some, Nothing((some,)))), []),
        (Any((some, Nothing((some,)))), everybody), (Any((some, *many)), theirs),
        (Any((Nothing(many), some)), everybody),
    ]  # fmt: skip
    for node, who in expected:
        compiled = question.to_sql(node, crowd.base_ms, random_people.ZONES)
        found = clickhouse.query(
            compiled.statement("bitmapToArray(members), bitmapToArray(everybody)"),
            parameters=dict(compiled.parameters),
            settings=question.SETTINGS,
        ).result_rows[0]
        assert list(found[0]) == who, msgspec.json.encode(node)[:80]
        assert list(found[1]) == everybody


def test_one_compiler_asks_the_leaves_of_several_trees_once() -> None:
    compiler = Compiler(_AT_MS, _ZONES)
    compiler.members(All((_BOUGHT, _VIEWED)))
    whole = compiler.compiled(Any((_VIEWED, _BOUGHT)))
    assert whole.statement("1").count("FROM events") == 2
