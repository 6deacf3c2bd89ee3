"""Experiments: shares are kept, a person keeps her way, and a change moves no more than it must."""

import numpy as np
import pytest

from kervan.journeys.steps.experiment import Experiment, Share, Winner, draw
from tests.unit.journeys.steps.asked import Told, before

PEOPLE = 40_000


def drawn(shares: list[float], names: str = "abc", place: str = "j/e") -> np.ndarray:
    person = np.arange(1, PEOPLE + 1)
    return draw(place, list(names), person, np.tile(np.array(shares), (PEOPLE, 1)))


def test_ways_are_drawn_by_their_shares() -> None:
    counts = np.bincount(drawn([70, 20, 10]), minlength=3) / PEOPLE
    # five standard deviations of a share of this many people
    assert np.abs(counts - [0.7, 0.2, 0.1]).max() < 5 * (0.25 / PEOPLE) ** 0.5
    assert np.bincount(drawn([0, 100, 0]), minlength=3).tolist() == [0, PEOPLE, 0]


def test_a_person_keeps_her_way_whatever_the_batch() -> None:
    whole = drawn([50, 25, 25])
    some = np.array([7, 4_711, 39_999])
    again = draw("j/e", list("abc"), some, np.tile(np.array([50.0, 25, 25]), (3, 1)))
    assert again.tolist() == whole[some - 1].tolist()


def test_a_changed_share_moves_nobody_between_the_others() -> None:
    first, later = drawn([40, 30, 30]), drawn([80, 30, 30])
    moved = first != later
    assert (later[moved] == 0).all()
    assert 0.1 < moved.mean() < 0.3


def test_places_are_drawn_apart() -> None:
    same = (drawn([50, 50, 0]) == drawn([50, 50, 0], place="j/other")).mean()
    assert abs(same - 0.5) < 5 * (0.25 / PEOPLE) ** 0.5


def test_learnt_shares_are_asked_only_where_something_learns() -> None:
    fixed = Experiment([Share("a", 100), Share("b", 0)])
    learning = Experiment([Share("a", 100), Share("b", 0)], bandit=True)
    told = Told(share=[0.0, 1.0])
    assert before(fixed, [1] * 9, told)[0] == [0] * 9
    assert before(learning, [1] * 9, told)[0] == [1] * 9
    assert before(learning, [1] * 9)[0] == [0] * 9  # nothing learnt: the author's shares


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (Experiment([Share("a", 60), Share("b", 50)]), "journeys.shares_sum"),
        (Experiment([Share("a", 110), Share("b", -10)]), "journeys.shares_sum"),
        (Experiment([Share("a", 50), Share("a", 50)]), "journeys.way_twice"),
        (Experiment([Share("a", 100)], winner=Winner(confidence=1.0)), "journeys.confidence_range"),
        (Experiment([Share("a", 100)], Winner(), bandit=True), "journeys.bandit_or_winner"),
    ],
)
def test_what_makes_no_sense_is_said(step: Experiment, code: str) -> None:
    assert [one[1] for one in step.problems()] == [code]


def test_shares_that_are_100_are_right() -> None:
    thirds = Experiment([Share("a", 33.3), Share("b", 33.3), Share("c", 33.4)])
    assert thirds.problems() == []
