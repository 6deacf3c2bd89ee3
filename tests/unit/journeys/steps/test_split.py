"""A split follows the first event that comes, or time."""

from kervan.journeys.duration import HOUR, Duration
from kervan.journeys.steps.split import First, Split
from kervan.journeys.steps.step import DUE, MATCH, NEVER, STAY
from tests.unit.journeys.steps.asked import before

STEP = Split([First("Order Completed", name="bought"), First("Product Viewed", name="looked")],
             within=Duration(HOUR))  # fmt: skip


def test_people_wait_for_what_comes_first() -> None:
    assert before(STEP, [10])[:2] == ([STAY], [10 + HOUR])
    assert before(STEP, [20], cause=MATCH, which=1)[:2] == ([1], [NEVER])
    assert before(STEP, [20], cause=MATCH, which=0)[:2] == ([0], [NEVER])
    assert before(STEP, [10 + HOUR], cause=DUE)[:2] == ([2], [NEVER])
    assert STEP.exits() == ("bought", "looked", "none")
    assert [one.event for one in STEP.listens()] == ["Order Completed", "Product Viewed"]


def test_none_is_taken() -> None:
    wrong = Split([First("A", name="none")], within=Duration(HOUR))
    assert wrong.problems() == [("first", "journeys.way_taken", {"way": "none"})]
