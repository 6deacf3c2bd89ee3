"""Nobody is dialled whom the gate would not let go at that moment, each time for its reason."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from kervan.consent import store as consent
from kervan.delivery import outbox
from kervan.delivery.policy.definition import DAYS
from kervan.delivery.tasks import queue
from kervan.delivery.tasks.dial import Allowed, Refused
from kervan.delivery.tasks.task import State
from kervan.kernel import clock, ids
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.delivery.gate import allow
from tests.unit.delivery.tasks.crew import AGENT, account, callable_people, dialled, next_task, put
from tests.unit.delivery.world import VAULT, states


def withdraw(conn: Connection, people: list[int]) -> None:
    at_ms = clock.to_ms(clock.now())
    said = [
        consent.Decision(one, "call", "marketing", False, at_ms, 1, "", ids.random_bytes(16))
        for one in people
    ]
    consent.record(conn, said, VAULT)
    conn.commit()


def stop(conn: Connection, _: list[int]) -> None:
    outbox.stop(conn, "fire", clock.now(), "call")


def quiet(conn: Connection, _: list[int]) -> None:
    far = DAYS[(clock.now() + timedelta(days=3)).weekday()]  # a policy that is never free is none
    days = [one for one in DAYS if one != far]
    rules = [{"name": "night", "from": "00:00", "until": "00:00", "days": days}]
    allow(conn, clock.now() - timedelta(days=1), quiet=rules)


def cap(conn: Connection, people: list[int]) -> None:
    rules = [{"name": "one", "most": 1, "per": "week", "window": "rolling", "blocked": "hold"}]
    put(conn, people, key="another")  # her own message does not stand in its way; this one does
    allow(conn, clock.now() - timedelta(days=1), caps=rules)


@pytest.mark.parametrize(
    ("change", "reason", "held"),
    [
        (withdraw, "delivery.consent_refused", False),
        (stop, "delivery.emergency_stop", True),
        (quiet, "delivery.quiet_hours", True),
        (cap, "delivery.cap_reached", True),
    ],
)
def test_the_gate_is_asked_at_dial(
    postgres: Connection, change: Callable[[Connection, list[int]], None], reason: str, held: bool
) -> None:
    account(postgres)
    people = callable_people(postgres, 1)
    (wanted,) = put(postgres, people, lives=timedelta(days=6))
    change(postgres, people)
    task = queue.take(postgres, VAULT, queue.one(postgres, wanted, "call"), AGENT, clock.now())
    said = dialled(postgres, task)
    assert isinstance(said, Refused) and said.reason == reason
    after = queue.one(postgres, task.message, "call")
    assert after.attempts == 0 and (said.until is not None) is held
    if held:
        assert (after.state, after.taken_by, after.due_at) == (State.OPEN, None, said.until)
    else:
        assert after.state is State.CANCELLED
        assert states(postgres) == {"suppressed": 1}
    rows = postgres.execute(
        "select count(*) from gate_decision where message = %s", (task.message,)
    ).fetchone()
    assert rows == (2,)  # at its making, and at dial


def test_a_cap_of_one_lets_its_own_message_be_dialled(postgres: Connection) -> None:
    rules = [{"name": "one", "most": 1, "per": "week", "window": "rolling"}]
    allow(postgres, clock.now() - timedelta(days=1), caps=rules)
    account(postgres)
    put(postgres, callable_people(postgres, 1))
    task = next_task(postgres)
    assert isinstance(dialled(postgres, task), Allowed)
    with pytest.raises(KervanError) as told:
        dialled(postgres, task)
    assert told.value.code == "delivery.task_being_called"
    postgres.rollback()
    assert postgres.execute("select count(*) from slot").fetchone() == (1,)
