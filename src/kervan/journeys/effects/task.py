"""Makes tasks of passages: calls and things for stores by the outbox, the desk's by an event.

The desk has no room yet: its task is an event of the person's history, and a mail to the desk.
"""

from kervan.content.texts.compile import TextSource
from kervan.delivery import accounts
from kervan.journeys.effects import messages, notices, tell
from kervan.journeys.effects.effect import Doings, Effect, Wrong
from kervan.journeys.effects.messages import Spoken
from kervan.journeys.effects.notices import Saying
from kervan.journeys.steps.step import Step
from kervan.journeys.steps.task import Task
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

EVENT = "Task Created"
_DESK = "desk"


def make(conn: Connection, vault: WorkspaceVault, doings: Doings) -> None:
    """One task for each."""
    desk = [row for row, step in enumerate(doings.step) if _task(step).list_ == _DESK]
    others = [row for row, step in enumerate(doings.step) if _task(step).list_ != _DESK]
    if others:
        messages.intend(conn, vault, doings.take(others), _said)
    if desk:
        mine = doings.take(desk)
        notices.keep(conn, vault, mine, lambda row: _asked(mine.step[row]))
        tell.tell(conn, [tell.event(mine, row, EVENT, list=_DESK) for row in range(len(mine))])


EFFECT: Effect = make


def problems(conn: Connection, step: Step) -> list[Wrong]:
    """A list that nobody keeps, texts that may not be, a desk of users that there are not."""
    task = _task(step)
    if task.list_ == _DESK:
        return [
            ({"subject": "reason", "text": "script"}.get(place, place), code, facts)
            for place, code, facts in notices.problems(conn, _asked(task))
        ]
    found: list[Wrong] = []
    if not accounts.names(conn, task.list_):
        found.append(("list", "journeys.task_no_account", {"channel": task.list_}))
    return [*found, *messages.problems(conn, _said(task).source)]


def _task(step: Step) -> Task:
    assert isinstance(step, Task)
    return step


def _said(step: Step) -> Spoken:
    task = _task(step)
    fields = {"script": task.script}
    for name in ("reason", "best_time", "store"):
        if written := getattr(task, name):
            fields[name] = written
    source = TextSource(
        task.list_, {task.language: fields}, purpose=task.class_, topic=task.topic, brand=task.brand
    )
    return Spoken(source, task.expires, task.priority)


def _asked(step: Step) -> Saying:
    task = _task(step)
    subject = task.reason or task.script
    return Saying(subject, task.script, task.language, task.to, task.role)
