"""A branch takes the first way that is true, and asks only about who has none yet."""

from kervan.journeys import rule
from kervan.journeys.rule import Rule
from kervan.journeys.steps.branch import Branch, BranchStep
from tests.unit.journeys.steps.asked import Told, before

VIP, NEW = (Rule(rule.member(key, inside=True)) for key in ("vip", "new"))
STEP = BranchStep([Branch("vip", VIP), Branch("new", NEW)])


def test_the_first_way_that_is_true_is_taken() -> None:
    told = Told(members={VIP: {1, 2}, NEW: {2, 3}})
    exits, _, intended = before(STEP, [10, 20, 30, 40], told)
    assert exits == [0, 0, 1, 2]
    assert not any(intended)
    assert STEP.exits() == ("vip", "new", "else")
    assert told.asked == [4, 2]  # one question per rule, of those without a way yet


def test_nobody_is_asked_when_all_have_a_way() -> None:
    told = Told(members={VIP: {1, 2}})
    assert before(STEP, [10, 20], told)[0] == [0, 0]
    assert told.asked == [2]


def test_ways_need_names_of_their_own() -> None:
    wrong = BranchStep(
        [Branch("vip", VIP), Branch("vip", NEW), Branch("else", NEW), Branch("", VIP)]
    )
    codes = [code for _, code, _ in wrong.problems()]
    assert codes == ["journeys.way_twice", "journeys.way_taken", "journeys.way_name"]
    assert [code for _, code, _ in BranchStep([]).problems()] == ["journeys.way_count"]
    assert STEP.problems() == []
    assert STEP.segments() == ["new", "vip"]
