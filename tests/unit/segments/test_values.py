"""Three readings of a JSON value: text, number, flag; and whether there is one."""

import numpy as np
import pyarrow as pa
import pytest

from kervan.segments import values


def test_each_sort_of_value_has_its_readings() -> None:
    found = values.of_values(["12", "x", 12, 1.5, True, None, [1], {"a": 1}, "1e3", "0x1", "inf"])
    assert found.known.tolist() == [True] * 5 + [False, True, False, True, True, True]
    np.testing.assert_array_equal(
        found.number, [12, np.nan, 12, 1.5, *[np.nan] * 4, 1000, np.nan, np.nan]
    )
    assert np.flatnonzero(found.is_number).tolist() == [2, 3]
    assert found.flag.tolist() == [-1, -1, -1, -1, 1, -1, -1, -1, -1, -1, -1]
    words = [found.text.words[one] if one >= 0 else None for one in found.text.codes]
    assert words == ["12", "x", *[None] * 6, "1e3", "0x1", "inf"]


def test_json_texts_are_read_once_each() -> None:
    raw = pa.array(['"İrem"', "", None, "7", "null", '"İrem"', "broken", '{"a": 1}'])
    found = values.of_texts(raw)
    assert found.known.tolist() == [True, False, False, True, False, True, False, False]
    assert found.text.codes.tolist() == [0, -1, -1, -1, -1, 0, -1, -1]


@pytest.mark.parametrize(
    ("text", "number"),
    [("-0.5", -0.5), ("+3", 3.0), ("1e400", None), ("9" * 401, None), ("1\n", None), ("١", None),
     (" 1", None), ("1.", None), (".5", None), ("", None)],
)  # fmt: skip
def test_only_the_plain_decimal_form_is_a_number(text: str, number: float | None) -> None:
    found = values.number_of(text)
    assert found == number if number is not None else np.isnan(found)


def test_no_rows_are_no_trouble() -> None:
    assert len(values.of_texts(pa.array([], pa.string()))) == 0
    assert len(values.of_values([])) == 0
