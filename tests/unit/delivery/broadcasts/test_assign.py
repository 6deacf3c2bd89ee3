"""Who tries which variant: always the same, by its weight, and nobody's draw knows another's."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kervan.delivery.broadcasts import assign
from kervan.delivery.broadcasts.definition import Broadcast, Test, Variant

PEOPLE = np.arange(1, 60_001, dtype=np.uint32)


def trying(share: float, *by: int) -> Broadcast:
    """A broadcast that tries variants of these weights."""
    variants = tuple(Variant(name=f"V{i}", message="m", weight=w) for i, w in enumerate(by))
    return Broadcast(key="k", name="k", test=Test(share_percent=share, variants=variants))


def test_weights_and_share_hold() -> None:
    arms = assign.arms(PEOPLE, 7, trying(20, 1, 3))
    shares = [float(np.mean(arms == one)) for one in (assign.REST, 0, 1)]
    assert np.allclose(shares, [0.8, 0.05, 0.15], atol=0.006), shares
    assert set(assign.arms(PEOPLE, 7, trying(100, 2, 1, 1)).tolist()) == {0, 1, 2}
    assert set(assign.arms(PEOPLE, 7, Broadcast(key="k", name="k")).tolist()) == {0}


def test_a_hold_out_is_its_share_and_knows_nothing_of_variants() -> None:
    held = assign.held_out(PEOPLE, 7, 10)
    assert abs(float(held.mean()) - 0.1) < 0.006
    assert not assign.held_out(PEOPLE, 7, 0).any()
    arms = assign.arms(PEOPLE, 7, trying(50, 1, 1))
    for arm in (assign.REST, 0, 1):
        assert abs(float(held[arms == arm].mean()) - 0.1) < 0.012
    assert abs(float(assign.held_out(PEOPLE, 8, 10)[held].mean()) - 0.1) < 0.02


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 2**31 - 1), min_size=1, max_size=30, unique=True),
    st.integers(1, 2**31 - 1),
    st.floats(1, 100),
    st.lists(st.integers(1, 1000), min_size=2, max_size=10),
)
def test_she_stays_where_she_is_however_people_are_cut(
    people: list[int], number: int, share: float, weights: list[int]
) -> None:
    who, wanted = np.array(people, np.uint32), trying(share, *weights)
    whole = assign.arms(who, number, wanted)
    assert whole.tolist() == [
        int(assign.arms(who[i : i + 1], number, wanted)[0]) for i in range(len(who))
    ]
    assert whole.min() >= assign.REST and whole.max() < len(weights)
    # A larger share keeps everybody who tried already, in the variant she had.
    more = assign.arms(who, number, trying(min(100.0, share * 2), *weights))
    assert all(a in (assign.REST, b) for a, b in zip(whole.tolist(), more.tolist(), strict=True))
