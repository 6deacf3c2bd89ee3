"""Nothing that a tree says can become a part of the statement."""

import json
import random
import struct
from collections.abc import Iterator

import pytest
from clickhouse_connect.driver.client import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kervan.kernel.clickhouse import connect
from kervan.segments.compile import question
from kervan.segments.compile.bind import Bound, path

_NASTY = (
    "a`b", "a\\`b", "a\\", "\\", "`", "``", "a\\\\`, 1) --", "` FROM system.one --", "a'b", "''",
    'a"b',
    "a.b", ".", "..", "a..b", "a\x00b", "\x00", "a\nb", "a\r\nb", "a\tb", "\x01", "\\n", "\\x41",
    "-- x", "/* x", "a);--", "{p0:String}", "{p:Identifier}", "%s", "%(a)s", "^a", ":Int64",
    ".:Int64",
    "a[]", "[]", "size0", "null", "ünvan", "İı", "😀", "\u202e", " ", "x" * 1000, "`" * 1000,
    "a b.c`d", "'; DROP TABLE events; --", "#", "$$", "\u2028",
)  # fmt: skip


@pytest.fixture
def engine(clickhouse_server: str) -> Iterator[Client]:
    """A client without a workspace: nothing here reads a table."""
    client = connect(clickhouse_server)
    yield client
    client.close()


def test_a_path_is_one_name_whatever_it_says(engine: Client) -> None:
    told = {f"told{i}": json.dumps({name: i, "other": -1}) for i, name in enumerate(_NASTY)}
    columns = ", ".join(
        f"{path(f'p{i}', name, 'Int64')}, {path('none', name, 'Int64')}"
        for i, name in enumerate(_NASTY)
    )
    rows = ", ".join(f"CAST({{{key}:String}} AS JSON) AS p{i}" for i, key in enumerate(told))
    text = f"SELECT {columns} FROM (SELECT {rows}, CAST('{{\"other\": 8}}' AS JSON) AS none)"
    found = engine.query(text, parameters=told).result_rows[0]
    assert found[::2] == tuple(range(len(_NASTY)))
    assert set(found[1::2]) == {None}


def test_an_empty_path_is_refused() -> None:
    with pytest.raises(ValueError, match="not empty"):
        path("p", "")


def test_texts_arrive_as_they_are(engine: Client) -> None:
    chance = random.Random(1)
    signs = "'\"`\\\x00\n\r\t\b{}:%$-/*#;,()[]ş😀 aN0\x7f"
    some = ["".join(chance.choices(signs, k=chance.randrange(12))) for _ in range(400)]
    for values in (_NASTY, tuple(some)):
        bound = Bound()
        one_by_one = ", ".join(bound.text(value) for value in values)
        text = f"SELECT [{one_by_one}], {bound.texts(values)}"
        row = engine.query(text, parameters=bound.parameters).result_rows[0]
        assert list(row[0]) == list(values)
        assert list(row[1]) == list(values)


@settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=60))
def test_numbers_arrive_to_the_last_bit(engine: Client, numbers: list[float]) -> None:
    bound = Bound()
    text = f"SELECT [{', '.join(bound.number(one) for one in numbers)}]"
    found = engine.query(text, parameters=bound.parameters, settings=question.SETTINGS)
    bits = [struct.pack("<d", one + 0.0) for one in numbers]
    assert [struct.pack("<d", one + 0.0) for one in found.result_rows[0][0]] == bits


def test_numbers_beyond_doubles_are_infinities() -> None:
    bound = Bound()
    assert bound.number(10**400) != bound.number(-(10**400))
    assert list(bound.parameters.values()) == [float("inf"), float("-inf")]


def test_equal_values_are_bound_once_and_others_by_themselves() -> None:
    bound = Bound()
    assert bound.text("a") == bound.text("a") == "{p0:String}"
    assert bound.text("b") == "{p1:String}"
    assert bound.number(1) == bound.number(1.0)
    assert bound.integer(1) != bound.number(1)
    assert bound.texts(["a", "b"]) != bound.texts(["a b"])
    assert len(bound.parameters) == 6
