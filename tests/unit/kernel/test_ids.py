"""Identifiers are what their standards say."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from kervan.kernel import ids


def test_a_uuid7_carries_its_millisecond_and_sorts_by_it() -> None:
    one, two = ids.uuid7(1_700_000_000_000), ids.uuid7(1_700_000_000_001)
    assert (one.version, one.variant) == (7, "specified in RFC 4122")
    assert one.int >> 80 == 1_700_000_000_000
    assert one < two
    assert len({ids.uuid7(1) for _ in range(1000)}) == 1000


def test_many_of_one_instant_are_uuid7_too() -> None:
    made = [uuid.UUID(bytes=one) for one in ids.uuid7_bytes(1_700_000_000_000, 1000)]
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
    assert {one.int >> 80 for one in made} == {1_700_000_000_000}
    assert len(set(made)) == 1000


@given(st.lists(st.binary(max_size=20), max_size=5), st.lists(st.binary(max_size=20), max_size=5))
def test_two_lists_of_parts_share_a_hash_only_when_they_are_the_same(
    left: list[bytes], right: list[bytes]
) -> None:
    assert (ids.hash16(*left) == ids.hash16(*right)) == (left == right)
