"""A step is found by its file."""

from kervan.journeys.steps import KINDS, found
from kervan.journeys.steps.wait import Wait


def test_a_step_is_found_by_its_file() -> None:
    assert KINDS["wait"] is Wait
    assert found.kinds() == KINDS
    assert all(one.kind == kind for kind, one in KINDS.items())
    assert "" not in KINDS
