"""Conditions on properties: each operator, on properties of every shape."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.journeys import match
from kervan.journeys.match import OPERATORS, Filter
from kervan.kernel.i18n import LOCALES

ROW = {"price": 12.5, "count": "3", "name": "İpək şal", "tags": ["new", 7], "paid": True,
       "products": [{"sku": "a", "price": 2}], "digits": 10**400}  # fmt: skip


@pytest.mark.parametrize(("path", "operator", "value", "holds"), [
    ("price", "eq", 12.5, True), ("price", "eq", "12.5", True), ("price", "ne", 12.5, False),
    ("price", "gt", 12, True), ("price", "gt", 12.5, False), ("price", "gte", 12.5, True),
    ("price", "lt", 12.5, False), ("price", "lte", 12.5, True), ("count", "gt", 2, True),
    ("count", "lt", "4", True), ("name", "contains", "şal", True), ("name", "contains", "x", False),
    ("tags", "contains", "new", True), ("tags", "contains", 7, True),
    ("tags", "contains", 8, False),
    ("name", "in", ["a", "İpək şal"], True), ("price", "in", [1, 2], False),
    ("paid", "eq", True, True), ("paid", "eq", 1, False), ("paid", "gt", 0, False),
    ("products.0.sku", "eq", "a", True), ("products.1.sku", "eq", "a", False),
    ("products.0.price", "gte", 2, True), ("nothing", "exists", False, True),
    ("nothing", "exists", True, False), ("name", "exists", True, True), ("nothing", "eq", 1, False),
    ("nothing", "ne", 1, True), ("nothing", "gt", 1, False), ("tags", "gt", 1, False),
    ("digits", "gt", 5, True), ("digits", "eq", 5, False), ("digits", "lt", 5, False),
])  # fmt: skip
def test_an_operator(path: str, operator: str, value: Any, holds: bool) -> None:
    name = "in_" if operator == "in" else operator
    condition = Filter(path, **{name: value})
    assert match.evaluate([condition], [ROW]).tolist() == [holds]
    for locale in LOCALES:
        assert path in match.describe([condition], locale)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner,
                                                                max_size=3), max_leaves=6,
)  # fmt: skip
SCALARS = st.booleans() | st.integers() | st.floats() | st.text()


@given(
    st.lists(st.dictionaries(st.sampled_from(["a", "b", "0"]), JSON, max_size=3), max_size=4),
    st.sampled_from(OPERATORS),
    st.sampled_from(["a", "a.b", "a.0", "b.0.a", "", "."]),
    SCALARS,
)
def test_no_property_breaks_a_condition(
    rows: list[dict[str, Any]], operator: str, path: str, value: Any
) -> None:
    given = [value] if operator == "in" else True if operator == "exists" else value
    condition = Filter(path, **{"in_" if operator == "in" else operator: given})
    assert len(match.evaluate([condition, condition], rows)) == len(rows)


@given(
    st.lists(st.fixed_dictionaries({}, optional={"a": st.none() | st.integers() | st.floats()})),
    st.sampled_from(["eq", "gt", "gte", "lt", "lte"]),
    st.integers() | st.floats() | st.just(10**400),
)
def test_numbers_compared_at_once_are_compared_as_one_by_one(
    rows: list[dict[str, Any]], operator: str, value: float
) -> None:
    condition = Filter("a", **{operator: value})
    # A text among them lets each be looked at by itself.
    one_by_one = match.evaluate([condition], [*rows, {"a": "text"}])[:-1]
    assert match.evaluate([condition], rows).tolist() == one_by_one.tolist()
