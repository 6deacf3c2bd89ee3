"""A message is on its list exactly once, however often its sender is killed on the way."""

import functools
import subprocess
import sys
from datetime import timedelta

from kervan.delivery.tasks import queue
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.delivery.gate import live_in
from tests.unit.delivery.peer import until
from tests.unit.delivery.tasks.crew import account, agree, callable_people, made, put, want
from tests.unit.delivery.world import VAULT, add_people, states

_COUNT, _KILLS = 90, 2


def test_killed_senders_make_each_task_once(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    account(postgres)
    want(postgres, callable_people(postgres, _COUNT))
    command = [sys.executable, "-m", "tests.unit.delivery.tasks.run_lists"]
    for kill in range(1, _KILLS + 1):
        sender = subprocess.Popen([*command, postgres_url, workspace])
        some = kill * _COUNT // (_KILLS + 2)
        try:
            until(functools.partial(enough, postgres, some), 30)
        finally:
            sender.kill()
            sender.wait()
        assert tasks(postgres) == states(postgres).get("handed", 0)
    made(postgres, postgres_url, workspace, _COUNT)
    assert (tasks(postgres), states(postgres)) == (_COUNT, {"handed": _COUNT})
    [(journal,)] = postgres.execute("select count(*) from hand_over").fetchall()
    assert journal == _COUNT


def enough(conn: Connection, some: int) -> bool:
    """Whether there are so many."""
    return tasks(conn) >= some


def tasks(conn: Connection) -> int:
    """How many there are."""
    row = conn.execute("select count(*) from task").fetchone()
    conn.commit()
    assert row is not None
    return int(row[0])


def test_a_task_waits_for_its_best_time_and_lies_in_its_store(postgres: Connection) -> None:
    account(postgres)
    people = callable_people(postgres, 2)
    now = clock.now()
    hour = (now + timedelta(hours=5)).strftime("%H:00")
    until_ = (now + timedelta(hours=6)).strftime("%H:00")
    for person in people:
        live_in(postgres, person, "UTC")
    (later, _) = put(postgres, people, best_time=f"{hour}-{until_}")
    due_at = queue.one(postgres, later, "call").due_at
    assert timedelta(hours=3, minutes=59) < due_at - now <= timedelta(hours=5)
    assert queue.take_next(postgres, VAULT, "call", later, now) is None
    account(postgres, "store_list")
    customers = add_people(postgres, [""])
    agree(postgres, customers)
    (named,) = put(postgres, customers, "store", store=" Moda ")
    assert queue.one(postgres, named, "store").store == "Moda"
