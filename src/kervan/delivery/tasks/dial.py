"""Asks the gate again when an agent is about to dial; only then there is a number to call.

What was allowed when the task was made may be refused by now: a consent taken back, quiet hours, a
cap, an emergency stop. The same functions decide, on what is true at this moment.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kervan.delivery import books, gather, handed
from kervan.delivery.books import Claim
from kervan.delivery.handed import Finish
from kervan.delivery.outbox import Subject
from kervan.delivery.states import State as MessageState
from kervan.delivery.tasks import queue
from kervan.delivery.tasks.task import State, Task
from kervan.kernel import sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles

_SQL = sql.load(__package__, "tasks.sql")
_ENDS = {MessageState.CANCELLED: State.CANCELLED, MessageState.EXPIRED: State.EXPIRED}


@dataclass(frozen=True, slots=True)
class Allowed:
    """The gate let it go: the `number`-th attempt begins, at this phone of this person (her
    public id)."""

    number: int
    person: uuid.UUID
    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """The gate did not: for which reason (a key of the room's words), and until when (None: for
    good, and the task has ended)."""

    reason: str
    until: datetime | None


def dial(
    conn: Connection,
    vault: WorkspaceVault,
    task: Task,
    agent: uuid.UUID,
    at: datetime,
    country: str,
) -> Allowed | Refused:
    """Begin an attempt of a locked task, or say why not, in the caller's transaction.

    A refusal is to be committed too: it may have ended the task and its message.
    Raises delivery.task_not_yours (409), delivery.task_being_called (409).
    """
    queue.check_holder(task, agent, at)
    if task.state is State.CALLING:
        raise KervanError("delivery.task_being_called", 409, task=str(task.message))
    claim = _claim(conn, task)
    place = conn.execute(_SQL.leave_place, {"task": task.message}).fetchone()
    jobs, results = gather.judge(
        conn, vault, [claim], at, healthy=True, hold_seconds=60.0, country=country
    )
    if jobs:
        until = at + 2 * timedelta(minutes=queue.manner(conn, vault, task).lease_minutes)
        row = conn.execute(_SQL.call, {"task": task.message, "lease": until}).fetchone()
        assert row is not None
        conn.execute(
            _SQL.begin_attempt,
            {"task": task.message, "number": row[0], "agent": agent, "account": task.account,
             "at": at},
        )  # fmt: skip
        return Allowed(row[0], jobs[0].person.id, jobs[0].reached.address)
    [result] = results
    if isinstance(result, books.End):
        _end(conn, task, result, at)
        return Refused(result.reason, None)
    if place is not None:  # it goes on having its share
        names = ("message", "attempt", "person", "at", "channel", "class", "topic", "brand")
        conn.execute(_SQL.keep_place, dict(zip(names, place, strict=True)))
    assert isinstance(result, books.PutOff | books.Reroute)
    held = {"task": task.message, "due": result.due_at, "outcome": ""}
    conn.execute(_SQL.hold, held)
    return Refused(result.reason, result.due_at)


def _claim(conn: Connection, task: Task) -> Claim:
    row = conn.execute(_SQL.claim, {"task": task.message}).fetchone()
    if row is None:
        raise KervanError("delivery.task_unknown", 404, task=str(task.message))
    (attempts, person, journey, version, step, run, channel, message_class, template, context,
     not_before, contact, topic, brand, priority, intended) = row  # fmt: skip
    head = profiles.heads(conn, [int(person)])[int(person)]
    return Claim(
        Subject(task.message, head, journey, version, step, run, channel), attempts, 0, "",
        message_class, template, bytes(context), not_before, task.expires_at,
        contact.bytes if contact else b"", topic, brand, priority, intended_at=intended,
    )  # fmt: skip


def _end(conn: Connection, task: Task, result: books.End, at: datetime) -> None:
    state = _ENDS.get(result.state, State.CANCELLED)
    ended = {"task": task.message, "state": state, "outcome": "", "at": at}
    conn.execute(_SQL.end, ended)
    handed.finish(conn, [Finish(task.message, result.state, result.reason)], at)
