"""Shares follow results: only when they are sure, and the same counts give the same shares."""

from itertools import product
from math import exp, lgamma, log

import numpy as np
import pytest

from kervan.journeys.duration import DAY, Duration
from kervan.journeys.facts.learn import LEAST_SHARE, chances, learn
from kervan.journeys.facts.shares import Learnt
from kervan.journeys.steps.experiment import Experiment, Share, Winner

WINNER = Experiment([Share("a", 50), Share("b", 50)], Winner(0.95, Duration(DAY)))
BANDIT = Experiment([Share("a", 50), Share("b", 50), Share("off", 0)], bandit=True)


def beats(drawn: tuple[int, int], reached: tuple[int, int]) -> float:
    """P(b > a), exactly: Miller, Formulas for Bayesian A/B testing, 2015, equation 6."""

    def beta(x: float, y: float) -> float:
        return lgamma(x) + lgamma(y) - lgamma(x + y)

    a1, b1 = 1 + reached[0], 1 + drawn[0] - reached[0]
    a2, b2 = 1 + reached[1], 1 + drawn[1] - reached[1]
    return sum(
        exp(beta(a1 + i, b2 + b1) - log(b2 + i) - beta(1 + i, b2) - beta(a1, b1)) for i in range(a2)
    )


def test_the_chance_of_being_best_is_the_exact_one() -> None:
    sizes = (0, 1, 10, 1_000)
    tried = 0
    for one, other in product(sizes, sizes):
        for shares in product((0.0, 0.1, 0.5, 1.0), repeat=2):
            drawn, reached = (one, other), (int(one * shares[0]), int(other * shares[1]))
            found = chances(np.array(drawn), np.array(reached))
            assert found[1] == pytest.approx(beats(drawn, reached), abs=2e-3), (drawn, reached)
            tried += 1
    print(f"{tried} pairs of counts")
    even = chances(np.full(4, 1_000_000), np.full(4, 1_234))
    assert even.tolist() == pytest.approx([0.25] * 4)


def test_a_winner_is_sure_and_not_early_and_wins_once() -> None:
    clear = {"a": (1_000, 100), "b": (1_000, 150)}
    assert learn(WINNER, clear, 0, None, DAY - 1) is None
    assert learn(WINNER, {"a": (1_000, 100), "b": (1_000, 105)}, 0, None, 2 * DAY) is None
    found = learn(WINNER, clear, 0, None, DAY)
    assert found is not None
    assert (found.won, found.shares) == ("b", {"a": 0.0, "b": 100.0})
    assert found.counts == clear
    turned = {"a": (9_000, 9_000), "b": (1_000, 150)}
    assert learn(WINNER, turned, 0, found, 9 * DAY) is None


def test_a_bandit_follows_and_never_stops_looking() -> None:
    found = learn(BANDIT, {"a": (1_000, 10), "b": (1_000, 200)}, 0, None, 5)
    assert found is not None
    assert found.shares["a"] == pytest.approx(LEAST_SHARE)
    assert found.shares["off"] == 0.0
    assert sum(found.shares.values()) == pytest.approx(100)
    assert learn(BANDIT, {"a": (1_001, 10), "b": (1_001, 200)}, 0, found, 6) is None
    back = learn(BANDIT, {"a": (9_000, 4_000), "b": (9_000, 200)}, 0, found, 7)
    assert back is not None
    assert back.shares["a"] > 90


def test_nobody_drawn_teaches_nothing() -> None:
    assert learn(BANDIT, {}, 0, None, 5) is None
    assert learn(WINNER, {"gone": (9, 9)}, 0, None, 99 * DAY) is None
    assert learn(WINNER, {"a": (9, 9)}, 0, Learnt(0, {"gone": 100.0}, {}, "gone"), 5) is None
