"""Columns of people and events: what is taken from them stays together."""

import numpy as np

from kervan.segments import values
from kervan.segments.columns import NEVER, NO_TIME, Words


def test_texts_are_taken_by_their_codes() -> None:
    words = Words(np.array([1, -1, 0], np.int32), ("a", "b"))
    taken = words.take(np.array([2, 0, 0], np.int64))
    assert taken.codes.tolist() == [0, 1, 1]
    assert taken.words == ("a", "b")


def test_values_are_taken_with_all_their_readings() -> None:
    found = values.of_values(["12", 3, True, None, [1]])
    taken = found.take(np.array([4, 2, 0], np.int64))
    assert len(found) == 5
    assert len(taken) == 3
    assert taken.known.tolist() == [True, True, True]
    assert taken.flag.tolist() == [-1, 1, -1]
    assert taken.is_number.tolist() == [False, False, False]
    assert np.array_equal(taken.number, [np.nan, np.nan, 12.0], equal_nan=True)
    codes = [taken.text.words[code] if code >= 0 else None for code in taken.text.codes.tolist()]
    assert codes == [None, None, "12"]


def test_no_instant_is_before_every_one_and_never_is_after() -> None:
    assert NO_TIME < -(2**62)
    assert NEVER > 2**62
