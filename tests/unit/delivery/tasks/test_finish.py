"""What an agent says of a task ends its message once, and what follows from it follows at once."""

from datetime import timedelta

import pytest

from kervan.app import listen
from kervan.consent import suppress
from kervan.delivery.tasks import finish, queue
from kervan.delivery.tasks.dial import Allowed, Refused
from kervan.delivery.tasks.finish import Word
from kervan.delivery.tasks.task import State, Task
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from tests.unit.delivery.tasks.crew import (
    AGENT,
    GROUND,
    account,
    callable_people,
    dialled,
    made,
    next_task,
    want,
)
from tests.unit.delivery.world import VAULT, states


def finished(conn: Connection, task: Task, word: Word) -> State:
    locked = queue.lock(conn, task.message, task.kind)
    state = finish.finish(conn, VAULT, locked, AGENT, word, GROUND, clock.now())
    conn.commit()
    return state


def problem(conn: Connection, task: Task, word: Word) -> str:
    """With which code a word is refused."""
    with pytest.raises(KervanError) as told:
        finished(conn, task, word)
    conn.rollback()
    return told.value.code


def called(conn: Connection) -> Task:
    task = next_task(conn)
    assert isinstance(dialled(conn, task), Allowed)
    return queue.one(conn, task.message, "call")


def test_a_message_becomes_a_task_that_is_called_and_delivered(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    account(postgres)
    people = callable_people(postgres, 1)
    want(postgres, people, reason="Sepet")
    made(postgres, postgres_url, workspace, 1)
    task = next_task(postgres)
    said = queue.said(VAULT, task, dict(postgres.execute("select person, key from profile")))
    assert (said.script.split("\n")[0], said.reason, said.language) == ("Merhaba", "Sepet", "tr")
    assert problem(postgres, task, Word("reached")) == "delivery.task_not_dialled"
    allowed = dialled(postgres, task)
    assert isinstance(allowed, Allowed)
    assert allowed.phone.startswith("+90532") and allowed.number == 1
    assert finished(postgres, task, Word("reached", "Çok sevindi")) is State.DONE
    assert states(postgres) == {"delivered": 1}
    assert problem(postgres, task, Word("reached")) == "delivery.task_not_yours"


def test_nobody_reached_is_tried_again_and_fails_in_the_end(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    account(postgres, attempts=2, again_minutes=1)
    want(postgres, callable_people(postgres, 1))
    made(postgres, postgres_url, workspace, 1)
    task = called(postgres)
    assert finished(postgres, task, Word("no_answer")) is State.OPEN
    later = queue.one(postgres, task.message, "call")
    assert later.due_at > clock.now()
    assert queue.take_next(postgres, VAULT, "call", AGENT, clock.now()) is None
    queue.take(postgres, VAULT, later, AGENT, clock.now())
    assert isinstance(dialled(postgres, task), Allowed)
    again = queue.one(postgres, task.message, "call")
    assert finished(postgres, again, Word("busy")) is State.DONE
    assert states(postgres) == {"failed": 1}
    [(reason,)] = postgres.execute("select reason from message").fetchall()
    assert reason == finish.NOT_REACHED


def test_a_call_back_comes_at_its_time(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    account(postgres, attempts=1)
    want(postgres, callable_people(postgres, 1), lives=timedelta(days=2))
    made(postgres, postgres_url, workspace, 1)
    task = called(postgres)
    soon = clock.now() + timedelta(hours=1)
    for wrong in (None, clock.now() - timedelta(minutes=1), soon + timedelta(days=5)):
        said = Word("call_back", call_back_at=wrong)
        assert problem(postgres, task, said) == "delivery.task_call_back"
    assert problem(postgres, task, Word("done", call_back_at=soon)) == "delivery.task_call_back"
    assert problem(postgres, task, Word("sold")) == "delivery.task_outcome_unknown"
    assert finished(postgres, task, Word("call_back", call_back_at=soon)) is State.OPEN
    assert queue.one(postgres, task.message, "call").due_at == soon
    assert states(postgres) == {"handed": 1}


def test_a_refusal_on_the_phone_ends_all_calls_and_a_wrong_number_its_own(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    listen.to_the_ledger()
    account(postgres)
    people = callable_people(postgres, 2)
    for key in ("a", "b"):
        want(postgres, people, key=key)
    made(postgres, postgres_url, workspace, 4)
    first = called(postgres)
    assert finished(postgres, first, Word("refused")) is State.DONE
    again = called(postgres)
    assert again.person != first.person  # hers was taken back with her word
    assert finished(postgres, again, Word("wrong_number")) is State.DONE
    assert states(postgres) == {"delivered": 1, "cancelled": 1, "failed": 1, "handed": 1}
    phone = VAULT.blind("phone", _phone(postgres, again.person))
    assert suppress.check(postgres, [phone], "call") == {phone: "hard_bounce"}
    refused = dialled(postgres, next_task(postgres))
    assert refused == Refused("delivery.address_suppressed", None)
    assert states(postgres) == {"delivered": 1, "cancelled": 1, "failed": 1, "suppressed": 1}


def _phone(conn: Connection, person: int) -> str:
    return profiles.contacts(conn, VAULT, [person])[person].phone
