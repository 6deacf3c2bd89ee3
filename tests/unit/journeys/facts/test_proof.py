"""A winner is no luck: equals have none however often one looks, and what is better is found."""

import numpy as np
import pytest

from kervan.journeys.facts.learn import chances
from kervan.journeys.facts.proof import found, is_sure

TRIES, LOOKS, STEP = 1_000, 300, 25


@pytest.mark.parametrize(("rate", "ways"), [(0.02, 2), (0.1, 2), (0.5, 2), (0.1, 4)])
def test_among_equals_few_ever_have_a_winner_however_often_one_looks(
    rate: float, ways: int
) -> None:
    chance = np.random.default_rng(7)
    drawn, reached = (np.zeros((TRIES, ways), np.int64) for _ in range(2))
    ever = np.zeros(TRIES, np.bool_)
    for _ in range(LOOKS):
        drawn += STEP
        reached += chance.binomial(STEP, rate, (TRIES, ways))
        ever |= found(drawn, reached, 0.95)
    share = ever.mean()
    print(f"{share:.1%} of {TRIES} experiments between {ways} equal ways found a winner")
    assert share <= 0.05


def test_what_is_better_is_found() -> None:
    chance = np.random.default_rng(7)
    drawn, reached = (np.zeros((TRIES, 2), np.int64) for _ in range(2))
    ever, right = (np.zeros(TRIES, np.bool_) for _ in range(2))
    for _ in range(LOOKS):
        drawn += STEP
        reached += chance.binomial(STEP, [0.10, 0.13], (TRIES, 2))
        now = found(drawn, reached, 0.95) & ~ever
        right |= now & (reached[:, 1] > reached[:, 0])
        ever |= now
    print(f"{ever.mean():.1%} found within {STEP * LOOKS} people a way, {right.mean():.1%} right")
    assert right.mean() > 0.95
    assert (ever & ~right).mean() < 0.01


def test_few_counts_are_sure_of_nothing() -> None:
    few = np.array([19, 1_000]), np.array([0, 900])
    assert not is_sure(*few, 0.95)
    assert not is_sure(np.array([1_000, 1_000]), np.array([0, 9]), 0.95)
    assert not is_sure(np.array([50]), np.array([40]), 0.95)
    assert not is_sure(np.zeros(2, np.int64), np.zeros(2, np.int64), 0.95)
    assert is_sure(np.array([29, 30]), np.array([0, 30]), 0.95)


def test_a_look_that_was_enough_once_is_not_any_more() -> None:
    drawn, reached = np.array([1_000, 1_000]), np.array([100, 126])
    assert chances(drawn, reached)[1] > 0.95
    assert not is_sure(drawn, reached, 0.95)
