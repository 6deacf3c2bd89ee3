"""Reads JSON values, given as their text, into the three readings that tests use."""

import re
from collections.abc import Sequence

import msgspec
import numpy as np
import pyarrow as pa

from kervan.segments.columns import Int32, Values, Words

NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
"""The plain decimal form in which a text is read as a number (RE2 and Python)."""
_NUMBER = re.compile(NUMBER.removesuffix("$") + r"\Z")
_MOST_CHARS = 400
"""Longer texts are no numbers."""


def of_texts(raw: pa.Array) -> Values:
    """The values of a column of JSON texts; "" and null stand for nothing."""
    coded = raw if isinstance(raw.type, pa.DictionaryType) else raw.dictionary_encode()
    codes: Int32 = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    values = [_decode(text) for text in coded.dictionary.to_pylist()]
    return of_codes(codes, values)


def _decode(text: str | None) -> object:
    if not text:
        return None
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return None


def of_values(values: Sequence[object]) -> Values:
    """The readings of decoded JSON values, one per row."""
    return of_codes(np.arange(len(values), dtype=np.int32), values)


def of_codes(codes: Int32, values: Sequence[object]) -> Values:
    """The readings of rows that hold `values[code]`; -1 is nothing."""
    words: dict[str, int] = {}
    count = len(values)
    text = np.full(count + 1, -1, np.int32)
    number = np.full(count + 1, np.nan)
    is_number = np.zeros(count + 1, np.bool_)
    flag = np.full(count + 1, -1, np.int8)
    known = np.zeros(count + 1, np.bool_)  # the last entry is what -1 finds
    for i, value in enumerate(values):
        known[i] = value is not None and not isinstance(value, dict)
        if isinstance(value, bool):
            flag[i] = value
        elif isinstance(value, str):
            text[i] = words.setdefault(value, len(words))
            number[i] = number_of(value)
        elif isinstance(value, int | float):
            number[i] = _float(value)
            is_number[i] = np.isfinite(number[i])
    return Values(
        Words(text[codes], tuple(words)), number[codes], is_number[codes], flag[codes], known[codes]
    )


def number_of(text: str) -> float:
    """The number a text says in plain decimal form, NaN when it says none."""
    if len(text) > _MOST_CHARS or not _NUMBER.match(text):
        return float("nan")
    return _float(float(text))


def _float(value: float) -> float:
    try:
        found = float(value)
    except OverflowError:
        return float("nan")
    return found if abs(found) != float("inf") else float("nan")
