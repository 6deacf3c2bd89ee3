"""What a switch tells counts in any order, twice, and before our own books know the call."""

import itertools
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from kervan.delivery.channels.channel import CallNews
from kervan.delivery.tasks import attempts, calls
from kervan.delivery.tasks.attempts import Attempt
from kervan.delivery.tasks.task import Task
from kervan.kernel import postgres as engine
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from tests.unit.delivery.peer import until
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


def test_what_is_told_while_the_books_are_written_is_not_lost(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    account(postgres)
    put(postgres, callable_people(postgres, 1))
    task = next_task(postgres, AGENT_OF[0])
    dialled(postgres, task, AGENT_OF[0])

    def name_it() -> None:
        with engine.connect(postgres_url, workspace=workspace) as conn:
            calls.named(conn, "call_list", task.message, 1, "c")

    def waits() -> bool:
        found = postgres.execute(
            "select count(*) from pg_locks where locktype = 'advisory' and not granted"
        ).fetchone()
        return found != (0,)

    calls.take(postgres, "call_list", [CallNews("ended", "c", AT, 9)])  # and not yet committed
    with ThreadPoolExecutor(1) as books:
        named = books.submit(name_it)
        until(lambda: named.done() or waits(), 20)
        postgres.commit()
        named.result(20)
    [one_try] = of(postgres, task)
    assert (one_try.ended_at, one_try.seconds) == (AT, 9)
