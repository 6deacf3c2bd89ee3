"""Writes down what came of a task, and what follows from it, all in one transaction.

The message ends once: delivered when she was reached, failed when nobody was in the end. A refusal
said on the phone is in the ledger with the outcome, a wrong number is never called again.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kervan.collect import intake
from kervan.consent import packs, refuse
from kervan.consent.channels import KIND_OF
from kervan.consent.ledger import Change
from kervan.delivery import handed, outbox
from kervan.delivery.handed import Finish
from kervan.delivery.inbound import Ground
from kervan.delivery.policy import store as policies
from kervan.delivery.policy.definition import Quiet, decode
from kervan.delivery.policy.where import places
from kervan.delivery.states import State as MessageState
from kervan.delivery.tasks import again, queue
from kervan.delivery.tasks.keep import home
from kervan.delivery.tasks.ring import NOT_STARTED
from kervan.delivery.tasks.task import Outcome, State, Task, outcome
from kervan.kernel import clock, ids, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.profiles.read import Person

_SQL = sql.load(__package__, "tasks.sql")
NOT_REACHED = "delivery.not_reached"
WRONG_NUMBER = "delivery.wrong_number"
DECLINED = "delivery.task_declined"
_SOURCE = {"call": "call_centre", "store": "store"}
_EVENT = {"call": "Call Made", "store": "Store Task Done"}


@dataclass(frozen=True, slots=True)
class Word:
    """What an agent says of a task: an outcome by name, a note of hers, when to call back."""

    outcome: str
    note: str = field(default="", repr=False)
    call_back_at: datetime | None = None


def finish(
    conn: Connection, vault: WorkspaceVault, task: Task, agent: uuid.UUID, word: Word,
    ground: Ground, at: datetime,
) -> State:  # fmt: skip
    """Take an agent's word on a locked task of hers; gives the task's state after it.

    Raises delivery.task_not_yours, delivery.task_not_dialled (409), delivery.task_outcome_unknown,
    delivery.task_call_back (422).
    """
    said = outcome(task.kind, word.outcome)
    queue.check_holder(task, agent)
    if task.kind == "call" and task.state is not State.CALLING:
        raise KervanError("delivery.task_not_dialled", 409, task=str(task.message))
    _check_call_back(task, said, word.call_back_at, at)
    head = profiles.heads(conn, [task.person]).get(task.person, task.person)
    person = profiles.contacts(conn, vault, [head]).get(head)
    number = _note(conn, vault, task, agent, word, at)
    after, due_at, end = _next(conn, vault, task, said, word, person, at)
    if due_at is not None:
        later = {"task": task.message, "due": due_at, "outcome": word.outcome}
        conn.execute(_SQL.hold, later)
    else:
        ended = {"task": task.message, "state": after, "outcome": word.outcome, "at": at}
        conn.execute(_SQL.end, ended)
    if end is not None:
        handed.finish(conn, [end], at)
    contact = person.phone_hash if person and task.kind == "call" else b""
    if said.wrong and contact:
        outbox.suppress(conn, [contact], task.kind, "hard_bounce", at, [task.message])
    if said.refuses and person is not None:
        refuse.refuse(conn, vault, _withdrawal(task, head, contact, number, ground, at), at)
    intake.append_own(conn, [_event(task, head, word.outcome, number, at)])
    return after


def _check_call_back(task: Task, said: Outcome, wanted: datetime | None, at: datetime) -> None:
    """A call-back lies ahead, and before the task ends; no other outcome has one."""
    good = wanted is not None and at < wanted < task.expires_at
    if said.asks_time is not (wanted is not None) or (said.asks_time and not good):
        raise KervanError(
            "delivery.task_call_back", 422, until=task.expires_at.isoformat(timespec="minutes")
        )


def _note(
    conn: Connection, vault: WorkspaceVault, task: Task, agent: uuid.UUID, word: Word, at: datetime
) -> int:
    """Write the attempt down; gives its number."""
    number = task.attempts
    if task.state is not State.CALLING:
        row = conn.execute(_SQL.count_attempt, {"task": task.message}).fetchone()
        assert row is not None
        number = int(row[0])
        conn.execute(
            _SQL.begin_attempt,
            {"task": task.message, "number": number, "agent": agent, "account": "", "at": at},
        )
    key = profiles.keys(conn, [task.person]).get(task.person)
    note = vault.seal(key, word.note.encode(), task.place()) if word.note and key else None
    conn.execute(
        _SQL.attempt_ended,
        {"task": task.message, "number": number, "outcome": word.outcome, "sealed": note},
    )
    return number


def _next(
    conn: Connection, vault: WorkspaceVault, task: Task, said: Outcome, word: Word,
    person: Person | None, at: datetime,
) -> tuple[State, datetime | None, Finish | None]:  # fmt: skip
    """(the task's state, when it is tried again, how its message ends)."""
    if said.ends == "delivered":
        return State.DONE, None, Finish(task.message, MessageState.DELIVERED)
    if said.ends:
        why = WRONG_NUMBER if said.wrong else DECLINED
        return State.DONE, None, Finish(task.message, MessageState.FAILED, why, said.wrong)
    if said.asks_time:
        return State.OPEN, word.call_back_at, None
    manner = queue.manner(conn, vault, task)
    rows = conn.execute(_SQL.attempts, {"tasks": [task.message]}).fetchall()
    tried = [row[4] for row in rows if row[9] != NOT_STARTED]
    if len(tried) < manner.attempts and person is not None:
        best = queue.said(vault, task, profiles.keys(conn, [task.person])).best_time
        hours = again.window(best, (manner.calls_from, manner.calls_until))
        wait = timedelta(minutes=said.again_minutes or manner.again_minutes)
        where = places([home(person)])
        due_at = again.next_at(at + wait, where, hours, _quiet(conn, task), tried)
        if again.in_time(due_at, task.expires_at):
            return State.OPEN, due_at, None
    return State.DONE, None, Finish(task.message, MessageState.FAILED, NOT_REACHED)


def _quiet(conn: Connection, task: Task) -> list[Quiet]:
    """The quiet hours of the policy in force that are about all calls of the task's brand."""
    found = policies.current(conn)
    if found is None:
        return []
    return [
        rule for rule in decode(found[1]).quiet
        if (not rule.channels or task.kind in rule.channels)
        and (not rule.brands or task.brand in rule.brands) and not rule.topics
    ]  # fmt: skip


def _withdrawal(
    task: Task, head: int, contact: bytes, number: int, ground: Ground, at: datetime
) -> Change:
    return Change(
        channel=task.kind,
        status="withdrawn",
        occurred_at=at,
        person=head,
        contact=contact,
        contact_kind=KIND_OF.get(task.kind, "") if contact else "",
        brand=task.brand,
        jurisdiction=packs.of_country(ground.country),
        zone=ground.zone,
        source=_SOURCE[task.kind],
        actor="staff",
        proof={"task": str(task.message), "attempt": number},
        key=ids.hash16(b"task refusal", task.message.bytes, str(number).encode()),
    )


def _event(task: Task, person: int, said: str, number: int, at: datetime) -> intake.OwnEvent:
    properties: dict[str, object] = {
        "task": str(task.message), "outcome": said, "attempt": number, "store": task.store,
    }  # fmt: skip
    name = f"task-{task.message.hex}-{number}"
    return intake.OwnEvent(name, _EVENT[task.kind], clock.to_ms(at), person, properties)
