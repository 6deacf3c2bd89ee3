"""Pages of people in an order hold everybody once, whatever the page's size."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kervan.insight.people import order
from kervan.insight.people.order import MISSING, Place

_values = st.lists(
    st.one_of(st.just(MISSING), st.integers(-5, 5), st.integers(-(2**62), 2**62)), max_size=60
)


@given(values=_values, limit=st.integers(1, 9), descending=st.booleans())
def test_pages_hold_everybody_once_and_in_order(
    values: list[int], limit: int, descending: bool
) -> None:
    members = np.arange(3, 3 + 2 * len(values), 2, dtype=np.uint32)
    keys = order.keys(np.array(values, np.int64), descending=descending)
    shown: list[int] = []
    after = None
    while True:
        rows = order.page(members, keys, limit, after)
        shown += members[rows].tolist()
        if len(rows) < limit:
            break
        after = Place(int(keys[rows[-1]]), int(members[rows[-1]]))
    told = dict(zip(members.tolist(), values, strict=True))

    def rank(person: int) -> tuple[bool, int, int]:
        value = told[person]
        return value == MISSING, (-value if descending else value), person

    assert shown == sorted(told, key=rank)


def test_values_are_those_of_the_members() -> None:
    people, known = np.array([2, 5, 9], np.uint32), np.array([20, 50, 90], np.int64)
    members = np.array([1, 5, 9, 10], np.uint32)
    assert order.values_of(members, people, known).tolist() == [MISSING, 50, 90, MISSING]
    nobody = np.zeros(0, np.uint32)
    assert order.values_of(members, nobody, np.zeros(0, np.int64)).tolist() == [MISSING] * 4


_numbers = st.lists(st.integers(1, 200), unique=True, max_size=80)


@given(known=_numbers.map(sorted), asked=_numbers)
def test_few_and_many_are_told_alike(known: list[int], asked: list[int]) -> None:
    """A handful is searched for, many are looked up in a table: nobody can tell."""
    people, values = np.array(known, np.uint32), np.array(known, np.int64) * 10
    members = np.array(asked, np.uint32)
    expected = [one * 10 if one in known else MISSING for one in asked]
    assert order.values_of(members, people, values).tolist() == expected
