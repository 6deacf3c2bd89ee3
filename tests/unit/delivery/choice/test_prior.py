"""What is believed of people like her comes from them, and from reason where they are few."""

import numpy as np
import pytest

from kervan.delivery.choice import prior
from kervan.delivery.choice.react import LEVELS, Habits

ENGAGED, COOLING = LEVELS.index("engaged"), LEVELS.index("cooling")


def habits(sent: list[int], reacted: list[int], hour: int = 20, level: int = ENGAGED) -> Habits:
    """People with these counts on one channel."""
    count = len(sent)
    hours = np.zeros((count, 24), np.int64)
    hours[:, hour] = reacted
    return Habits(np.array([sent]).T, np.array([reacted]).T, hours, np.full(count, level, np.int64))


def test_a_share_is_that_of_the_level_and_near_everybodys_where_nobody_is() -> None:
    found = prior.fit(("sms",), habits([10] * 100, [3] * 100))
    assert found.share[ENGAGED, 0] == pytest.approx(0.3, abs=0.01)
    assert found.share[COOLING, 0] == pytest.approx(0.3, abs=0.01)
    assert found.hours[ENGAGED].argmax() == 20
    np.testing.assert_allclose(found.hours.sum(axis=1), 1)


def test_the_weight_is_what_people_differ_by() -> None:
    rng = np.random.default_rng(7)
    sent = np.full(4_000, 30)
    for weight in (5.0, 40.0):
        people = rng.beta(0.2 * weight, 0.8 * weight, 4_000)
        found = prior.fit(("sms",), habits(sent.tolist(), rng.binomial(30, people).tolist()))
        assert found.weight[ENGAGED, 0] == pytest.approx(weight, rel=0.15)


def test_few_people_give_the_usual_weight() -> None:
    assert prior.fit(("sms",), habits([9] * 5, [1] * 5)).weight[ENGAGED, 0] == prior.USUAL_WEIGHT


def test_over_other_channels_the_unknown_one_is_believed_to_be_the_mean() -> None:
    found = prior.fit(("sms",), habits([10] * 100, [3] * 100)).over(["push", "sms"])
    assert found.channels == ("push", "sms")
    assert found.share[ENGAGED].tolist() == pytest.approx([0.3, 0.3], abs=0.01)
    assert prior.nothing().over(["push"]).share[0, 0] == prior.USUAL_SHARE
