"""What is read together and what is not, and that it gives the same as read apart."""

import random
from dataclasses import replace

import pytest
from clickhouse_connect.driver.client import Client
from msgspec import structs

from kervan.segments.compile import question
from kervan.segments.compile.question import Compiler
from kervan.segments.compile.scans import Picked, together
from tests.unit.segments import loading, random_people

_ALL = (-(1 << 60), 1_000)
_MEASURED = Picked(("a",), (), _ALL, (), "count() > 1", "countIf(\0) > 1")


def test_conditions_of_a_kind_and_the_same_names_are_read_together() -> None:
    one, two = Picked(("a",), ("x = 1",), _ALL), Picked(("a",), ("y = 1",), (0, 10))
    other = Picked(("b",), ("x = 1",), _ALL)
    assert together([one, other, two]) == [[one, two], [other]]


def test_a_condition_on_any_goes_with_a_measure_that_reads_its_events() -> None:
    inner = Picked(("a",), ("x = 1",), (0, 1_000))
    assert together([inner, _MEASURED]) == [[_MEASURED, inner]]


@pytest.mark.parametrize(
    "wider",
    [
        Picked(("a",), (), (-(1 << 60), 1_001)),
        Picked(("a", "b"), (), _ALL),
        Picked(("b",), (), _ALL),
    ],
)
def test_a_condition_on_any_of_more_events_is_read_by_itself(wider: Picked) -> None:
    assert together([wider, _MEASURED]) == [[_MEASURED], [wider]]


def test_json_is_not_read_of_a_much_longer_time_than_asked() -> None:
    ever, year, month = _ALL, (0, 365), (335, 365)
    json = ("properties.x = 1",)
    recent, measured = Picked(("a",), json, month), replace(_MEASURED, bounds=year)
    for longer in (Picked(("a",), (), ever), Picked(("a",), (), year), measured):
        assert together([longer, recent]) == [[longer], [recent]]
    cheap, half = Picked(("a",), ("x = 1",), month), Picked(("a",), json, (180, 365))
    also = Picked(("a",), json, year)
    for other, long in ((cheap, year), (half, year), (recent, month)):
        plain = Picked(("a",), (), long)
        assert together([plain, other]) == [[plain, other]]
    assert together([also, recent]) == [[also, recent]]


def test_a_condition_on_fewer_conditions_is_read_by_itself() -> None:
    strict = Picked(("a",), ("x = 1",), _ALL, (), "count() > 1", "countIf(\0) > 1")
    loose = Picked(("a",), (), _ALL)
    assert together([loose, strict]) == [[strict], [loose]]


def test_not_too_much_is_read_together() -> None:
    measured = [Picked(("a",), (f"x = {i}",), _ALL, (), "count() > 1", "0") for i in range(20)]
    assert [len(group) for group in together(measured)] == [8, 8, 4]
    of_any = [Picked(("a",), (f"x = {i}",), _ALL) for i in range(40)]
    assert [len(group) for group in together(of_any)] == [32, 8]


def test_read_together_or_apart_the_same_people_are_found(clickhouse: Client) -> None:
    chance = random.Random(11)
    crowd = random_people.crowd(chance)
    loading.load(clickhouse, crowd, chance)
    names = ("Product Viewed", "Visited")
    leaves = [structs.replace(crowd.trees.event(), events=names) for _ in range(40)]
    at_ms = crowd.base_ms
    compiler = Compiler(at_ms, random_people.ZONES)
    answers = [f"bitmapToArray({compiler.members(leaf)})" for leaf in leaves]
    whole = compiler.compiled(leaves[0])
    assert len(whole.parts) > len(whole.sets) > 1
    found = clickhouse.query(
        whole.statement(f"[{', '.join(answers)}]"),
        parameters=dict(whole.parameters),
        settings=question.SETTINGS,
    ).result_rows[0][0]
    for leaf, who in zip(leaves, found, strict=True):
        alone = question.to_sql(leaf, at_ms, random_people.ZONES)
        expected = clickhouse.query(
            alone.statement("bitmapToArray(members)"),
            parameters=dict(alone.parameters),
            settings=question.SETTINGS,
        ).result_rows[0][0]
        assert list(who) == list(expected)
