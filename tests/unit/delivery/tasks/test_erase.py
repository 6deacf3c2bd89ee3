"""An erased person's tasks go; a merged one's follow her, and she is given all of them."""

from datetime import timedelta

from kervan.delivery import erase as delivery
from kervan.delivery.tasks import attempts, erase, finish, queue
from kervan.delivery.tasks.finish import Word
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from tests.unit.delivery.tasks.crew import (
    AGENT,
    GROUND,
    account,
    callable_people,
    dialled,
    next_task,
    put,
)
from tests.unit.delivery.world import VAULT


def test_her_tasks_are_hers_and_go_with_her(postgres: Connection) -> None:
    account(postgres)
    person, other = callable_people(postgres, 2)
    put(postgres, [person], reason="Sepet")
    put(postgres, [other], key="other")
    task = next_task(postgres)
    dialled(postgres, task)
    locked = queue.lock(postgres, task.message, "call")
    word = Word("reached", "Mavisini ister")
    finish.finish(postgres, VAULT, locked, AGENT, word, GROUND, clock.now())
    [told] = erase.disclose(postgres, VAULT, [person])
    assert (told["script"], told["reason"], told["notes"]) == (
        "Merhaba", "Sepet", ["Mavisini ister"],
    )  # fmt: skip
    assert told["attempts"][0]["outcome"] == "reached"
    assert delivery.expire(postgres, clock.now() + timedelta(days=1), 10) == 1  # retention
    [kept] = erase.disclose(postgres, VAULT, [person])
    assert (kept["script"], kept["notes"], kept["outcome"]) == ("", [], "reached")
    delivery.erase(postgres, [person], clock.now())
    assert erase.disclose(postgres, VAULT, [person]) == []
    assert postgres.execute("select person from task").fetchall() == [(other,)]
    assert postgres.execute("select count(*) from task_attempt").fetchone() == (0,)


def test_a_task_follows_its_person(postgres: Connection) -> None:
    account(postgres)
    atom, head = callable_people(postgres, 2)
    put(postgres, [atom], reason="Sepet")
    postgres.execute("update profile set merged_into = %s where person = %s", (head, atom))
    task = next_task(postgres)
    keys = profiles.keys(postgres, [atom])
    assert queue.said(VAULT, task, keys).reason == "Sepet"
    said = dialled(postgres, task)
    person = profiles.contacts(postgres, VAULT, [head])[head]
    assert getattr(said, "person", None) == person.id  # hers now, also her number
    assert attempts.of(postgres, VAULT, [task], keys)[task.message][0].number == 1
