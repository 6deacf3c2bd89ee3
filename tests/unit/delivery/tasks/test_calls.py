"""What a switch tells counts in any order, twice, and before our own books know the call."""

import itertools
import uuid
from datetime import timedelta

from kervan.delivery.channels.channel import CallNews
from kervan.delivery.tasks import attempts, calls
from kervan.delivery.tasks.attempts import Attempt
from kervan.delivery.tasks.task import Task
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from tests.unit.delivery.tasks.crew import account, callable_people, dialled, next_task, put
from tests.unit.delivery.world import AT, VAULT

AGENT_OF = [uuid.UUID(int=number + 1) for number in range(6)]


def of(conn: Connection, task: Task) -> list[Attempt]:
    """The attempts of a task."""
    return attempts.of(conn, VAULT, [task], profiles.keys(conn, [task.person]))[task.message]


def test_any_order_gives_the_same(postgres: Connection) -> None:
    account(postgres)
    news = [
        CallNews("ringing", "c", AT),
        CallNews("answered", "c", AT + timedelta(seconds=5)),
        CallNews("ended", "c", AT + timedelta(seconds=65), 60),
    ]
    orders = list(itertools.permutations(news))
    put(postgres, callable_people(postgres, len(orders)))
    seen = set()
    for number, order in enumerate(orders):
        task = next_task(postgres, AGENT_OF[number])
        dialled(postgres, task, AGENT_OF[number])
        name = f"c{number}"
        told = [CallNews(one.kind, name, one.at, one.seconds) for one in (*order, order[0])]
        early = number % 3  # so many come before the books
        assert calls.take(postgres, "call_list", told[:early]) == 0
        calls.named(postgres, "call_list", task.message, 1, name)
        for one in told[early:]:
            calls.take(postgres, "call_list", [one])
        [one_try] = of(postgres, task)
        seen.add((one_try.ringing_at, one_try.answered_at, one_try.ended_at, one_try.seconds))
    assert seen == {(AT, AT + timedelta(seconds=5), AT + timedelta(seconds=65), 60)}
    assert calls.take(postgres, "other", [CallNews("ended", "c0", AT, 9)]) == 0
    calls.forget(postgres, AT + timedelta(days=8))
    assert postgres.execute("select count(*) from early_call").fetchone() == (0,)
