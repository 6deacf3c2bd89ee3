"""Tests of properties: every path once, so that no event costs history its batch."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.collect import properties

KEYS = st.sampled_from(["a", "b", "a.b", "a.b.c", "b.c", ".", "a.", "", "a_b"])
VALUES = st.recursive(
    st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)


def _kept(data: bytes) -> bytes:
    return properties.write(properties.settle(data), None, suspicious=False)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ('{"a":1,"a":2}', {"a": 2}),
        ('{"a":1,"a":{"b":2}}', {"a": {"b": 2}}),
        ('{"a":{"b":1},"a.b":2}', {"a": {"b": 1}, "a_b": 2}),
        ('{"p":[{"a":{"b":1},"a.b":2}]}', {"p": [{"a": {"b": 1}, "a_b": 2}]}),
        ('{"utm.source":"x","utm.medium":"y"}', {"utm.source": "x", "utm.medium": "y"}),
        ('{"a":1e400,"b":-2.5E+999}', {"a": None, "b": None}),
        ('{"a":' + "9" * 400 + ".5}", {"a": None}),
        ('{"a":"1e400"}', {"a": "1e400"}),
        ("{}", {}),
        ('{"products":[{"a":1},2,null]}', {"products": [{"a": 1}]}),
        ('{"products":["a","b"]}', {"products": ["a", "b"]}),
        ('{"products":[null]}', {"products": []}),
        ('{"products":[{"a":1}]}', {"products": [{"a": 1}]}),
    ],
)
def test_what_history_gets(sent: str, kept: object) -> None:
    assert json.loads(_kept(sent.encode())) == kept


@given(st.dictionaries(KEYS, VALUES))
def test_no_path_is_left_twice(value: dict[str, object]) -> None:
    def check(kept: object) -> None:
        if isinstance(kept, dict):
            assert not properties._collide(kept)
            for item in kept.values():
                check(item)
        elif isinstance(kept, list):
            for item in kept:
                check(item)

    check(json.loads(_kept(json.dumps(value).encode())))
