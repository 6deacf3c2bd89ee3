"""Decisions are let go by their age, a few at a time, and others stay."""

from datetime import timedelta

from kervan.delivery import decisions
from kervan.delivery.decide import Reason, Verdict
from kervan.kernel import clock, ids
from kervan.kernel.postgres import Connection


def test_old_decisions_go_a_few_at_a_time(postgres: Connection) -> None:
    now, message = clock.now(), ids.uuid7()
    made = [
        decisions.Decision(
            message, row, now - timedelta(days=days), "email", Verdict.HAND_OVER, Reason.NONE
        )
        for row, days in enumerate((500, 450, 401, 399, 0))
    ]
    decisions.write(postgres, made)
    before = now - timedelta(days=400)
    assert [decisions.expire(postgres, before, 2) for _ in range(3)] == [2, 1, 0]
    assert [one.attempt for one in decisions.of(postgres, message)] == [3, 4]
