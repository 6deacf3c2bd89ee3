"""Tests of mend: what real SDKs send is made readable, and nothing else is touched."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.collect import mend

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON_VALUES)
def test_good_json_means_the_same_afterwards(value: object) -> None:
    for ascii_only in (True, False):
        text = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
        if b"\\u0000" in text:
            continue  # stored nowhere, so replaced on purpose
        assert json.loads(mend.lenient(mend.tidy(text))) == value


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (rb'"\ud83d"', "�"),
        (rb'"\ud83d x"', "� x"),
        (rb'"\ude00\ud83d"', "��"),
        (rb'"\ud83d\ude00"', "😀"),
        (rb'"\uD83D\uDE00"', "😀"),
        (rb'"\\ud83d"', "\\ud83d"),
        (rb'"a\u0000b"', "a�b"),
        (b'\xef\xbb\xbf"bom"', "bom"),
        (b'"\xff"', "�"),
        (b'"\xed\xa0\x80"', "���"),
    ],
)
def test_text_that_cannot_be_stored_is_replaced(sent: bytes, read: str) -> None:
    assert msgspec.json.decode(mend.tidy(sent)) == read


def test_nan_and_infinity_become_null_but_not_inside_texts() -> None:
    body = rb'{"a":NaN,"b":[-Infinity,Infinity],"c":"NaN \" Infinity","NaN":1}'
    assert json.loads(mend.lenient(body)) == {
        "a": None,
        "b": [None, None],
        "c": 'NaN " Infinity',
        "NaN": 1,
    }


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_what_is_too_deep_becomes_null_and_the_rest_stays(opening: bytes) -> None:
    closing = b"]" if opening == b"[" else b"}"
    deep = opening * 100_000 + b"1" + closing * 100_000
    mended = mend.lenient(b'{"good":1,"deep":' + deep + b',"last":2}')
    read = msgspec.json.decode(mended)
    assert (read["good"], read["last"]) == (1, 2)
    assert mend.depth_of(mended) < mend.PRUNE_DEPTH


def test_depth_counts_brackets_outside_texts_only() -> None:
    assert mend.depth_of(b"{}") == 1
    assert mend.depth_of(rb'{"a":[1,{"b":"[[[[\"[["}]}') == 3


@pytest.mark.timeout(20)
@pytest.mark.parametrize("pattern", [b'"\\"', b'"', b"[{", b"\\ud83d", b"NaN", b'"\\'])
def test_no_text_makes_it_slow(pattern: bytes) -> None:
    body = pattern * (2_000_000 // len(pattern))
    mend.lenient(mend.tidy(body))
    mend.depth_of(body)
    mend.finite(body)


def test_numbers_no_machine_can_hold_become_null() -> None:
    body = b'{"a":1e400,"b":"1e400","c":-1.5E+999,"d":[1e308,' + b"9" * 5000 + b"]}"
    assert json.loads(mend.finite(body)) == {"a": None, "b": "1e400", "c": None, "d": [1e308, None]}
