"""Gates: whoever is woken there comes to the step behind; shut ones hold everybody."""

from kervan.journeys import parse
from kervan.journeys.columns import FINISHED, INSIDE, Book, Version, no_runs, no_signals
from kervan.journeys.core import decide
from kervan.journeys.publish.gate import REMOVED, gated, real
from kervan.journeys.steps.step import NEVER

TEXT = """
journey:
  key: basket
  name: Basket
  trigger: {event: Product Added}
  steps:
    - {key: first, kind: wait, for: 1 hour}
    - {key: second, kind: wait, for: 2 hours}
    - {key: end, kind: exit}
"""
HOUR = 3_600_000


def _after(step: int, *, held: bool = False) -> tuple[int, int, int]:
    """(step, due, state) at hour 1 of somebody who is woken on a step then."""
    definition = gated(parse.parse(TEXT), held=held)
    book = Book({1: Version(1, 1, 1, definition)}, {1: 1})
    runs = no_runs()
    runs.grow(1)
    runs.run[:] = runs.version[:] = runs.person[:] = runs.visit[:] = 1
    runs.step[:], runs.state[:], runs.due_ms[:] = step, INSIDE, HOUR
    after = decide(book, runs, no_signals(), HOUR).runs
    return int(after.step[0]), int(after.due_ms[0]), int(after.state[0])


def test_an_open_gate_leads_to_its_step_as_if_she_came_there() -> None:
    assert _after(3 + 1) == (1, 3 * HOUR, INSIDE)
    assert _after(6) == (6, NEVER, FINISHED), "the way out of a journey whose step was taken away"


def test_in_a_paused_journey_a_wait_ends_before_the_next_step() -> None:
    assert _after(0) == (1, 3 * HOUR, INSIDE)
    assert _after(0, held=True) == (3 + 1, NEVER, INSIDE)
    assert _after(3 + 1, held=True) == (3 + 1, NEVER, INSIDE)


def test_a_number_says_which_step_is_meant() -> None:
    assert [real(one, 3) for one in (0, 2, 3, 5, 6)] == [0, 2, 0, 2, 3]
    assert gated(parse.parse(TEXT)).nodes[6].key == REMOVED
