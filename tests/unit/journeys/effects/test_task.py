"""Calls and things for stores are messages with a gate of their own; the desk is told by mail."""

from kervan.delivery import accounts
from kervan.journeys.effects import found, notices
from kervan.journeys.steps.task import Task
from kervan.kernel.postgres import Connection
from tests.unit.journeys.effects import doing
from tests.unit.journeys.shop import VAULT, Shop


def test_calls_and_stores_go_through_the_outbox_and_the_desk_is_told(postgres: Connection) -> None:
    shop = Shop(postgres)
    doing.begin(postgres, [1, 2, 3])
    call = Task(list_="call", script="Upsell {{ event.plan }}", best_time="18:00-20:00", priority=8)
    store = Task(list_="store", script="Show the shoes", store="Moda", class_="transactional")
    desk = Task(list_="desk", script="Please help {{ event.plan }}", role="agent")
    context = {"event": {"plan": "gold"}}
    some = doing.passing(call, [1], context=context)
    for step, person in ((store, 2), (desk, 3)):
        more = doing.passing(step, [person], context=context)
        for name in more.__slots__:
            getattr(some, name).extend(getattr(more, name))
    doing.do(postgres, some)
    doing.do(postgres, some)
    rows = postgres.execute(
        "select person, channel, class, priority from message order by person"
    ).fetchall()
    assert rows == [(1, "call", "marketing", 8), (2, "store", "transactional", 5)]
    assert shop.messages()[0][4]["event"] == context["event"]
    [event] = doing.told(postgres, "Task Created")
    assert (event["person"], event["properties"]["list"]) == (3, "desk")
    [notice] = notices.waiting(postgres, VAULT)
    assert (notice.person, notice.role, notice.words.subject) == (3, "agent", "Please help gold")


def test_a_list_that_nobody_keeps_is_a_problem(postgres: Connection) -> None:
    step = Task(list_="call", script="Hello {{ event. }}")
    wrong = [(place, code) for place, code, _ in found.problems(postgres, step)]
    assert wrong[0] == ("list", "journeys.task_no_account") and wrong[1][0] == "script"
    accounts.save(postgres, VAULT, "agents", "call_list", {}, doing.AT)
    assert not found.problems(postgres, Task(list_="call", script="Hello"))


def test_settings_of_another_list_are_problems() -> None:
    found = Task(list_="store", script="x", best_time="18:00-20:00", to=["a@b.example"]).problems()
    assert [(place, code) for place, code, _ in found] == [
        ("best_time", "journeys.task_setting"), ("to", "journeys.task_setting"),
    ]  # fmt: skip
    assert [code for _, code, _ in Task(list_="desk", script="x").problems()] == [
        "journeys.notify_nobody"
    ]
