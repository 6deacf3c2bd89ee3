"""Carrying people over: waits go on, or are counted anew; whose step is gone goes where it says."""

import numpy as np
import pytest

from kervan.journeys import parse, rule
from kervan.journeys.definition import Definition
from kervan.journeys.publish.carry import Carried, Choice, People, Stand, carry
from kervan.journeys.steps.step import DUE, NEVER, Facts, NoFacts
from tests.unit.journeys.steps.asked import Told, before

HOUR = 3_600_000
NOW = 100 * HOUR
NOBODY = NoFacts()
TEXT = """
journey:
  key: basket
  name: Basket
  trigger: {event: Product Added}
  steps:
    - {key: first, kind: wait, for: 10 hours}
    - {key: second, kind: wait, for: 5 hours}
    - {key: end, kind: exit}
"""


def _carry(
    new: str, choice: Choice, rows: list[tuple[int, int, int]], *, old: str = TEXT,
    facts: Facts = NOBODY,
) -> Carried:  # fmt: skip
    """Rows are (step, came at, due at)."""
    step, came, due = zip(*rows, strict=True)
    stand = Stand(
        np.arange(len(rows)), np.array(step, np.int16), np.array(came, np.int64),
        np.array(came, np.int64), np.array(due, np.int64),
    )  # fmt: skip
    return carry(_parsed(old), _parsed(new), choice, stand, NOW, facts)


def _parsed(text: str) -> Definition:
    return parse.parse(text)


def test_a_timer_is_kept_or_counted_anew_from_when_she_came() -> None:
    shorter = TEXT.replace("10 hours", "2 hours")
    rows = [(0, NOW - HOUR, NOW + 9 * HOUR), (0, NOW - 3 * HOUR, NOW + 7 * HOUR)]
    kept = _carry(shorter, Choice("keep"), rows)
    assert kept.due_ms.tolist() == [NOW + 9 * HOUR, NOW + 7 * HOUR]
    assert not kept.at_once.any()
    anew = _carry(shorter, Choice("recompute"), rows)
    assert anew.step.tolist() == [0, 0]
    assert anew.due_ms.tolist() == [NOW + HOUR, NOW], "nobody goes before the moment of the change"
    assert anew.at_once.tolist() == [False, True]


def test_steps_are_found_by_their_keys_wherever_they_stand() -> None:
    first = "    - {key: first, kind: wait, for: 10 hours}\n"
    new = TEXT.replace(first, "    - {key: new, kind: wait, for: 1 hour}\n" + first)
    assert _carry(new, Choice("keep"), [(0, 0, NOW + 1), (1, 0, NOW + 2)]).step.tolist() == [1, 2]


def test_people_of_a_step_that_is_gone_arrive_where_the_author_says_or_stay() -> None:
    new = TEXT.replace("    - {key: second, kind: wait, for: 5 hours}\n", "")
    rows = [(0, 0, NOW + 1), (1, 0, NOW + 2)]
    silent = _carry(new, Choice("keep"), rows)
    assert silent.moved.tolist() == [True, False]
    named = _carry(new, Choice("keep", {"second": "end"}), rows)
    assert (named.step.tolist(), named.due_ms.tolist()) == ([0, 2 + 1], [NOW + 1, NOW])
    out = _carry(new, Choice("keep", {"second": "exit"}), rows)
    assert out.step.tolist() == [0, 2 * 2]
    assert out.at_once.tolist() == [False, True]


def test_a_step_of_another_kind_is_come_to_anew() -> None:
    new = TEXT.replace("second, kind: wait, for: 5 hours", "second, kind: exit, reason: x")
    new = new.replace("    - {key: end, kind: exit}\n", "")
    moved = _carry(new, Choice("keep"), [(1, 0, NOW + 2)])
    assert (moved.step.tolist(), moved.due_ms.tolist()) == ([2 + 1], [NOW])


def test_who_stands_at_a_gate_stands_at_the_same_gate_of_the_new_version() -> None:
    new = TEXT.replace(
        "    - {key: end", "    - {key: more, kind: wait, for: 1 day}\n    - {key: end"
    )
    moved = _carry(new, Choice("recompute"), [(3 + 2, 0, NEVER), (6, 0, NOW)])
    assert moved.step.tolist() == [4 + 3, 8]
    assert moved.due_ms.tolist() == [NEVER, NOW]


@pytest.mark.parametrize("people", ["keep", "recompute"])
def test_who_waits_for_the_outcome_of_her_message_does_not_get_it_twice(people: People) -> None:
    sends = TEXT.replace("kind: wait, for: 10 hours", "kind: send, message: hi, on_failed: exit")
    waits = [(0, NOW - HOUR, NOW + 9 * HOUR)]
    moved = _carry(sends.replace("Basket", "New"), Choice(people), waits, old=sends)
    assert (moved.step.tolist(), moved.due_ms.tolist()) == ([0], [NOW + 9 * HOUR])
    plain = sends.replace(", on_failed: exit", "")
    moved = _carry(plain, Choice(people), waits, old=sends)
    assert (moved.step.tolist(), moved.due_ms.tolist()) == ([0], [NOW])
    assert before(_parsed(plain).nodes[0].step, [NOW], cause=DUE) == ([0], [NEVER], [False])


@pytest.mark.parametrize(
    "wait", ["until_date: {field: birthday}, next: {next: end, past: end}",
             "until_segment: vip, timeout: 2 days, next: {matched: end, timed_out: end}"],
)  # fmt: skip
def test_who_need_not_wait_by_the_new_text_comes_to_the_step_and_takes_its_exit(wait: str) -> None:
    new = TEXT.replace("for: 10 hours", wait).replace(
        "    - {key: second, kind: wait, for: 5 hours}\n", ""
    )
    vip = rule.member("vip", inside=True)
    moved = _carry(
        new, Choice("recompute", {"second": "end"}), [(0, NOW - HOUR, NOW + HOUR)],
        facts=Told(members={vip: {0}}),
    )  # fmt: skip
    assert (moved.step.tolist(), moved.due_ms.tolist()) == ([2], [NOW]), "at the gate"
