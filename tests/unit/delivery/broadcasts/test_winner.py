"""The winner is better with the confidence that was asked for, or the author's rule decides."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kervan.delivery.broadcasts.definition import Test
from kervan.delivery.broadcasts.winner import Tally, Winner, confidence, pick


def won(*counts: tuple[int, int], **test: Any) -> Winner:
    """The winner of (reached, reacted) counts."""
    tallies = [Tally(f"V{i}", reached, reacted) for i, (reached, reacted) in enumerate(counts)]
    return pick(Test(**test), tallies)


def test_the_confidence_is_that_of_the_two_proportion_test() -> None:
    # 200/1000 against 150/1000: z = 0.05 / sqrt(0.175 * 0.825 * 2 / 1000) = 2.9424, p = 0.00163
    sure = confidence(Tally("a", 1000, 200), [Tally("b", 1000, 150)])
    assert sure == pytest.approx(1 - 0.001628, abs=2e-6)
    # The best of three was looked for: twice the chance.
    twice = confidence(Tally("a", 1000, 200), [Tally("b", 1000, 150), Tally("c", 1000, 120)])
    assert twice == pytest.approx(1 - 2 * 0.001628, abs=4e-6)


def test_what_is_better_wins() -> None:
    found = won((1000, 150), (1000, 200))
    assert (found.arm, found.rule, found.why) == (1, "better", "confident")


@pytest.mark.parametrize(
    ("counts", "why", "leader"),
    [
        ([(1000, 150), (1000, 160)], "not_sure", 1),
        ([(1000, 150), (1000, 150)], "tie", 0),
        ([(1000, 4), (1000, 200)], "too_little", 1),
        ([(20, 18), (20, 5)], "too_little", 0),
        ([(0, 0), (0, 0)], "too_little", 0),
    ],
)
def test_else_the_author_said_what_the_rest_gets(
    counts: list[tuple[int, int]], why: str, leader: int
) -> None:
    by = {rule: won(*counts, unsure=rule) for rule in ("leader", "first", "split")}
    assert {one.why for one in by.values()} == {why}
    assert [by[rule].arm for rule in ("leader", "first", "split")] == [leader, 0, -1]
    assert [one.rule for one in by.values()] == [*by]


@settings(max_examples=80)
@given(st.lists(st.tuples(st.integers(0, 5000), st.floats(0, 1)), min_size=2, max_size=6))
def test_who_wins_has_the_highest_rate_whatever_the_order(given: list[tuple[int, float]]) -> None:
    counts = [(reached, round(reached * share)) for reached, share in given]
    found = won(*counts)
    assert 0.0 <= found.confidence <= 1.0
    assert found.tallies[found.arm].rate == max(one.rate for one in found.tallies)
    turned = won(*counts[::-1])
    assert (turned.why, turned.confidence) == (found.why, pytest.approx(found.confidence))
