"""Of many agents no two get the same task; what is taken and forgotten comes back."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from kervan.delivery.tasks import queue
from kervan.delivery.tasks.dial import Allowed
from kervan.delivery.tasks.queue import Wanted
from kervan.delivery.tasks.task import State
from kervan.kernel import clock, postgres
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.delivery.tasks.crew import AGENT, account, callable_people, dialled, next_task, put
from tests.unit.delivery.world import VAULT

_AGENTS, _TASKS = 64, 40
_OTHER = uuid.UUID(int=0xB7)


def test_64_agents_never_get_the_same(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    account(postgres)
    made = put(postgres, callable_people(postgres, _TASKS))

    def take(number: int) -> uuid.UUID | None:
        with connect(postgres_url, workspace) as conn:
            agent = uuid.UUID(int=number + 1)
            found = queue.take_next(conn, VAULT, "call", agent, clock.now())
            return found.message if found else None

    with ThreadPoolExecutor(_AGENTS) as crew:
        taken = [one for one in crew.map(take, range(_AGENTS)) if one]
    # One that two reach for at the same moment is left to the later one: nobody gets it twice.
    assert len(set(taken)) == len(taken) and set(taken) <= set(made)
    rest = [take(number) for number in range(_AGENTS, 2 * _AGENTS)]
    both = taken + [one for one in rest if one]
    assert sorted(both) == sorted(made)


def connect(url: str, workspace: str) -> postgres.Connection:
    """A connection as each agent has one."""
    return postgres.connect(url, workspace=workspace)


def test_the_most_urgent_comes_first_and_pages_are_whole(postgres: Connection) -> None:
    account(postgres)
    people = callable_people(postgres, 9)
    low = put(postgres, people[:4], key="low", priority=2)
    high = put(postgres, people[4:], key="high", priority=8)
    seen: list[uuid.UUID] = []
    after = queue.FIRST
    while page := queue.listed(postgres, Wanted("call"), after, 2):
        seen += [one.message for one in page]
        after = queue.behind(page[-1])
    assert sorted(seen[:5]) == sorted(high) and sorted(seen[5:]) == sorted(low)
    assert next_task(postgres).priority == 8
    mine = queue.listed(postgres, Wanted("call", mine=AGENT))
    assert [one.state for one in mine] == [State.TAKEN]
    assert queue.listed(postgres, Wanted("store")) == []
    assert queue.listed(postgres, Wanted("call", stores=("moda",))) == []


def test_what_an_agent_forgets_is_everybodys_again(postgres: Connection) -> None:
    account(postgres, lease_minutes=1)
    put(postgres, callable_people(postgres, 1))
    task = next_task(postgres)
    assert isinstance(dialled(postgres, task), Allowed)
    assert queue.take_next(postgres, VAULT, "call", _OTHER, clock.now()) is None
    later = clock.now() + timedelta(minutes=5)
    again = queue.take_next(postgres, VAULT, "call", _OTHER, later)
    assert again is not None and again.message == task.message
    assert postgres.execute("select outcome from task_attempt").fetchall() == [("unknown",)]
    with pytest.raises(KervanError) as told:
        queue.check_holder(again, AGENT)
    assert told.value.code == "delivery.task_not_yours"
    queue.give_back(postgres, again, _OTHER)
    with pytest.raises(KervanError) as unknown:
        queue.one(postgres, uuid.UUID(int=5), "call")
    assert unknown.value.code == "delivery.task_unknown"
