"""Each time somebody tried a task, and what the switch makes likely to have come of the last."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kervan.delivery.tasks.task import State, Task, place_of
from kervan.kernel import postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "tasks.sql")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt; what the switch says of it is None until it says it, or where there is none."""

    task: uuid.UUID
    number: int
    tried_by: uuid.UUID
    account: str
    at: datetime
    ringing_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    seconds: int | None
    outcome: str
    note: str = field(repr=False)


def of(
    conn: Connection, vault: WorkspaceVault, tasks: Sequence[Task], keys: dict[int, bytes]
) -> dict[uuid.UUID, list[Attempt]]:
    """{task: its attempts, the first first}; `keys` are the wrapped ones of their people."""
    person = {one.message: one.person for one in tasks}
    found: dict[uuid.UUID, list[Attempt]] = {}
    rows = conn.execute(_SQL.attempts, {"tasks": postgres.uuids(person)}).fetchall()
    for task, number, by, account, at, ringing, answered, ended, seconds, outcome, sealed in rows:
        key = keys.get(person[task])
        note = vault.open(key, bytes(sealed), place_of(task)).decode() if sealed and key else ""
        one = Attempt(
            task, number, by, account, at, ringing, answered, ended, seconds, outcome, note
        )
        found.setdefault(task, []).append(one)
    return found


def suggested(task: Task, tried: Sequence[Attempt]) -> str:
    """The outcome that the switch makes likely for the call under way, "" where nobody knows."""
    if task.state is not State.CALLING or not tried:
        return ""
    last = tried[-1]
    if last.ended_at is not None and last.answered_at is None and not last.seconds:
        return "no_answer"
    return "reached" if last.answered_at is not None else ""
