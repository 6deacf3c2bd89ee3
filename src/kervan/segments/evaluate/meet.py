"""Which values meet a test: numbers, texts and flags, a text test once for each distinct word."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kervan.segments.columns import Bools, Float64, Int64, Values, Words
from kervan.segments.tree import Flag, Known, Number, Test, Text, Unknown


class Vocabulary:
    """Answers of text tests by word, computed once for each tuple of words and test."""

    def __init__(self) -> None:
        self._arrays: dict[int, tuple[tuple[str, ...], pa.Array]] = {}
        self._tables: dict[tuple[int, Text], Bools] = {}

    def meets(self, test: Text, text: Words, rows: Int64 | None = None) -> Bools:
        """Which of the texts (at these positions) meet the test; one that is missing does not."""
        key = (id(text.words), test)
        table = self._tables.get(key)
        if table is None:
            table = self._tables[key] = self._table(text.words, test)
        found: Bools = table[text.codes if rows is None else text.codes[rows]]
        return found

    def _table(self, words: tuple[str, ...], test: Text) -> Bools:
        kept = self._arrays.get(id(words))
        if kept is None:  # the words are kept too, so that no others get their id
            kept = self._arrays[id(words)] = (words, pa.array(words, pa.string()))
        table = np.zeros(len(words) + 1, np.bool_)  # the last entry is what -1 finds
        table[:-1] = _by_word(kept[1], test).to_numpy(zero_copy_only=False)
        return table


def _by_word(words: pa.Array, test: Text) -> pa.Array:
    first = test.values[0] if test.values else ""
    match test.op:
        case "contains":
            return pc.match_substring(words, first)
        case "starts_with":
            return pc.starts_with(words, first)
        case "ends_with":
            return pc.ends_with(words, first)
        case "matches":
            return pc.match_substring_regex(words, first)
    among = pc.is_in(words, pa.array(test.values, pa.string()))
    return among if test.op in ("eq", "in") else pc.invert(among)


def number_meets(test: Number, number: Float64) -> Bools:
    """Which numbers meet the test; NaN is unknown and meets none."""
    value = float(test.value)
    found: Bools
    match test.op:
        case "eq":
            found = number == value
        case "ne":
            found = (number != value) & ~np.isnan(number)
        case "lt":
            found = number < value
        case "lte":
            found = number <= value
        case "gt":
            found = number > value
        case "gte":
            found = number >= value
        case "between":
            high = np.inf if test.high is None else float(test.high)
            found = (number >= value) & (number <= high)
    return found


def measure_meets(test: Test, number: Float64) -> Bools:
    """Which computed numbers meet any test: a text or flag test none of them."""
    if isinstance(test, Number):
        return number_meets(test, number)
    if isinstance(test, Known):
        return ~np.isnan(number)
    if isinstance(test, Unknown):
        return np.isnan(number)
    return np.zeros(len(number), np.bool_)


def text_meets(test: Test, text: Words, vocabulary: Vocabulary) -> Bools:
    """Which texts meet any test: a number or flag test none of them."""
    if isinstance(test, Text):
        return vocabulary.meets(test, text)
    if isinstance(test, Known):
        return text.codes >= 0
    if isinstance(test, Unknown):
        return text.codes < 0
    return np.zeros(len(text.codes), np.bool_)


def meets(test: Test, values: Values | None, rows: Int64, vocabulary: Vocabulary) -> Bools:
    """Which of the values at these positions meet the test; None is unknown everywhere.

    Time and Yearly tests read nothing here.
    """
    if values is None:
        return np.full(len(rows), isinstance(test, Unknown))
    if isinstance(test, Number):
        return number_meets(test, values.number[rows])
    if isinstance(test, Text):
        return vocabulary.meets(test, values.text, rows)
    if isinstance(test, Flag):
        is_it: Bools = values.flag[rows] == int(test.value)
        return is_it
    if isinstance(test, Known | Unknown):
        known = values.known[rows]
        return known if isinstance(test, Known) else ~known
    return np.zeros(len(rows), np.bool_)
