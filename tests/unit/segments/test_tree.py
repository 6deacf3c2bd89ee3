"""A tree means one thing: in memory, in SQL and to the reference, now and until it may flip."""

import itertools
import os
import re
from collections.abc import Callable, Iterator, Sequence

import msgspec
import numpy as np
import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from kervan.segments import tree
from kervan.segments.columns import Answer, Int64
from kervan.segments.compile.question import SETTINGS, Compiler, to_sql
from kervan.segments.describe import describe
from kervan.segments.evaluate.asking import Asking, evaluate
from kervan.segments.needs import needs
from kervan.segments.parse import parse
from kervan.segments.tree import Node
from tests.unit.segments import laws, loading
from tests.unit.segments.laws import Edges, Round

IN_CI = os.environ.get("CI") == "true"
TREES = int(os.environ.get("KERVAN_EXAMPLES", "5000" if IN_CI else "500"))
SEED = int(os.environ.get("KERVAN_SEED", "1"))
YEAR_MS = 366 * 86_400_000
Tell = Callable[[str, object], None]
ASKED_SO = SETTINGS | {"max_threads": 1}  # the tables are tiny


def _mixed(answers: Sequence[bool]) -> bool:
    return any(answers) and not all(answers)


# In memory ----------------------------------------------------------------------------------------


def _alone(one: Round, at_ms: Int64) -> Callable[[Node], list[bool]]:
    """What `evaluate` says of everybody when it is asked nothing else."""

    def answer(node: Node) -> list[bool]:
        core = one.core(node)
        people = loading.people_columns(one.crowd, needs([core]))
        events = loading.event_columns(one.crowd, needs([core]))
        found: list[bool] = evaluate(core, people, events, at_ms).holds.tolist()
        return found

    return answer


def _evaluated(trees: int) -> Iterator[tuple[Round, Node, Int64, Answer]]:
    """Trees, when each person is asked (half of them together), and what `evaluate` says."""
    for one in laws.rounds(trees, SEED):
        asked = needs(one.cores())
        people = loading.people_columns(one.crowd, asked)
        events = loading.event_columns(one.crowd, asked)
        for i, (at_ms, nodes) in enumerate(one.asked):
            at = np.full(len(people), at_ms, np.int64)
            if i % 2:
                at[:] = [laws.clock(one, nodes, mine) for mine in one.events.values()]
            asking = Asking(people, events, at)
            for node in nodes:
                yield one, node, at, asking.answer(one.core(node))


@pytest.mark.timeout(1_800)
def test_evaluate_says_what_the_reference_says(record_property: Tell) -> None:
    tried = mixed = 0
    for one, node, at_ms, found in _evaluated(TREES):
        expected = one.expected(node, at_ms.tolist())
        tried, mixed = tried + 1, mixed + _mixed(expected)
        if found.holds.tolist() != expected:
            pytest.fail(
                laws.complain(one, node, at_ms.tolist(), _alone(one, at_ms), "evaluate"), False
            )
    record_property("tried", f"{tried} trees by evaluate, {mixed} true of some people only")


@pytest.mark.timeout(1_800)
def test_until_flip_at_nothing_changes_by_itself(record_property: Tell) -> None:
    tried = probes = ends = sharp = 0
    edges = None
    for one, node, at_ms, found in _evaluated(TREES):
        edges = edges if edges and edges.round is one else Edges(one)
        said, tried = laws.plain(node), tried + 1
        for i in one.chance.sample(range(len(at_ms)), 3):
            at, flip, holds = int(at_ms[i]), int(found.flip_at_ms[i]), bool(found.holds[i])
            assert flip > at
            is_soon = flip < at + 9 * YEAR_MS  # a consent may end in the year 9999
            some = edges.between(i, at, min(flip, at + YEAR_MS), 2)
            for then in (*some, *([flip - 1] if is_soon else [])):
                probes += 1
                if one.of(i, said, then) != holds:
                    pytest.fail(_unsound(one, node, i, at, flip, then), False)
            if is_soon:
                ends, sharp = ends + 1, sharp + (one.of(i, said, flip) != holds)
    record_property(
        "tried",
        f"{tried} trees at {probes} instants before flip_at; the answer changed at {sharp} of"
        f" {ends} flips",
    )


def _unsound(one: Round, node: Node, i: int, at_ms: int, flip_ms: int, then_ms: int) -> str:
    def early(smaller: Node) -> bool:
        alone = np.full(len(one.crowd.people), at_ms, np.int64)
        core = one.core(smaller)
        people = loading.people_columns(one.crowd, needs([core]))
        found = evaluate(core, people, loading.event_columns(one.crowd, needs([core])), alone)
        changed = one.of(i, laws.plain(smaller), then_ms) != bool(found.holds[i])
        return changed and found.flip_at_ms[i] > then_ms

    smallest = laws.shrink(node, early)
    return (
        f"seed {one.seed}: asked at {at_ms}, the answer changes by {then_ms}, before flip_at"
        f" {flip_ms}\n{laws.told(one, smallest, i)}"
    )


# In SQL -------------------------------------------------------------------------------------------


def _zones(one: Round) -> list[str]:
    return sorted({her["zone"] for her in one.crowd.people} | {"Asia/Tokyo"})


def _in_sql(client: Client, one: Round, at_ms: int, nodes: Sequence[Node]) -> list[list[bool]]:
    """What ClickHouse says of everybody, tree by tree, when it is asked them all at once."""
    compiler = Compiler(at_ms, _zones(one))
    members = [compiler.members(one.core(node)) for node in nodes]
    named = ", ".join(f"({query}) AS {name}" for name, query in compiler.sets.all())
    everybody = compiler.sets.everybody
    answers = ", ".join(f"bitmapToArray({one})" for one in (everybody, *members))
    found = client.query(
        f"WITH {named} SELECT [{answers}]",
        parameters=dict(compiler.sets.bound.parameters),
        settings=ASKED_SO,
    ).result_rows[0][0]
    numbers = [her["person"] for her in one.crowd.people]
    assert sorted(found[0]) == numbers
    assert set().union(*found) == set(numbers)
    return [[number in some for number in numbers] for some in found[1:]]


def _alone_in_sql(client: Client, one: Round, at_ms: int) -> Callable[[Node], list[bool]]:
    def answer(node: Node) -> list[bool]:
        compiled = to_sql(one.core(node), at_ms, _zones(one))
        text, asked = compiled.statement("bitmapToArray(members)"), dict(compiled.parameters)
        try:
            found = client.query(text, parameters=asked, settings=ASKED_SO).result_rows[0][0]
        except DatabaseError as error:
            pytest.fail(
                f"seed {one.seed} at {at_ms}: {laws.said(laws.plain(node))}\n{error}", False
            )
        return [her["person"] in found for her in one.crowd.people]

    return answer


@pytest.mark.timeout(1_800)
def test_compile_says_what_the_reference_says(clickhouse: Client, record_property: Tell) -> None:
    tried = mixed = 0
    for one in laws.rounds(TREES, SEED):
        loading.load(clickhouse, one.crowd, one.chance)
        for at_ms, nodes in one.asked:
            alike = [at_ms] * len(one.crowd.people)
            alone = _alone_in_sql(clickhouse, one, at_ms)
            try:
                answers = _in_sql(clickhouse, one, at_ms, nodes)
            except DatabaseError:  # name the tree of which it is
                answers = [alone(node) for node in nodes]
            for node, found in zip(nodes, answers, strict=True):
                expected = one.expected(node, alike)
                tried, mixed = tried + 1, mixed + _mixed(expected)
                if found != expected:
                    pytest.fail(laws.complain(one, node, alike, alone, "compile"), False)
    record_property("tried", f"{tried} trees by compile, {mixed} true of some people only")


# In words -----------------------------------------------------------------------------------------

_OPEN = re.compile(r"\{[a-z_]*\}|\bNone\b")


@pytest.mark.parametrize("locale", ["tr", "az", "en"])
def test_different_trees_have_different_sentences(locale: str, record_property: Tell) -> None:
    said: dict[str, Node] = {}
    tried = 0
    for one in laws.rounds(TREES // 4, SEED):
        for node in (node for _, nodes in one.asked for node in nodes):
            near = [laws.changed(node, one.chance) for _ in range(2)]
            smaller = itertools.islice(laws.smaller_ones(node), 4)
            for each in (node, *near, *smaller):
                if each is None:
                    continue
                sentence, tried = describe(each, locale), tried + 1
                assert said.setdefault(sentence, each) == each
                texts = sentence.replace("{x}", "").replace("{x:String}", "")
                assert not _OPEN.search(texts), sentence
                assert texts.endswith(".")
    record_property("tried", f"{tried} trees in words ({locale})")


# Among others -------------------------------------------------------------------------------------


def test_a_segment_inside_another_is_asked_as_if_by_itself() -> None:
    for one in laws.rounds(200, SEED):
        at_ms = np.full(len(one.crowd.people), one.crowd.base_ms, np.int64)
        for key, inner in one.crowd.segments.items():
            assert one.core(tree.Member(key)) == one.core(inner)
            outside = tree.Nothing((tree.Member(key),))
            alone = _alone(one, at_ms)
            assert alone(outside) == [not holds for holds in alone(inner)]


def test_what_is_asked_here_is_what_the_api_takes() -> None:
    for one in laws.rounds(200, SEED):
        for node in (node for _, nodes in one.asked for node in nodes):
            assert parse(msgspec.json.encode(node)) == node
