"""What nobody did in time ends, and a journey that moves on takes its tasks along."""

from datetime import timedelta

from kervan.delivery import outbox
from kervan.delivery.states import State as MessageState
from kervan.delivery.tasks import expire, queue
from kervan.delivery.tasks.task import State
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.delivery.tasks.crew import account, callable_people, dialled, next_task, put
from tests.unit.delivery.world import VAULT


def ends(conn: Connection) -> list[tuple[str, str]]:
    """(state, reason) of all messages."""
    rows = conn.execute("select state, reason from message order by id").fetchall()
    return [(MessageState(state).name.lower(), reason or "") for state, reason in rows]


def test_time_ends_what_nobody_did(postgres: Connection) -> None:
    account(postgres, lease_minutes=1)
    put(postgres, callable_people(postgres, 2), lives=timedelta(days=1))
    assert not expire.step(postgres, clock.now())
    task = next_task(postgres)
    dialled(postgres, task)
    later = clock.now() + timedelta(days=2)
    expire.step(postgres, later)
    expire.step(postgres, later)  # the second time there is nothing to do
    assert sorted(ends(postgres)) == [
        ("expired", expire.EXPIRED), ("failed", "delivery.not_reached"),
    ]  # fmt: skip
    assert queue.one(postgres, task.message, "call").state is State.EXPIRED
    assert queue.take_next(postgres, VAULT, "call", task.message, clock.now()) is None
    told = postgres.execute("select count(*) from message_handed").fetchone()
    assert told == (0,)


def test_a_journey_that_moves_on_takes_its_tasks_along(postgres: Connection) -> None:
    account(postgres)
    people = callable_people(postgres, 3)
    put(postgres, people)
    being_called = next_task(postgres)
    dialled(postgres, being_called)
    in_hand = next_task(postgres, agent=being_called.message)
    assert outbox.waiting(postgres, people) == set(people) - {being_called.person}
    assert outbox.cancel(postgres, people, "journeys.exited", clock.now()) == 2
    assert queue.one(postgres, in_hand.message, "call").state is State.CANCELLED
    assert queue.one(postgres, being_called.message, "call").state is State.CALLING
    assert sorted(ends(postgres)) == [
        ("cancelled", "journeys.exited"), ("cancelled", "journeys.exited"), ("handed", ""),
    ]  # fmt: skip
