"""Tasks as the API shows them: the same for calls and for stores, covered for who may not see."""

import base64
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from fastapi import Request
from pydantic import BaseModel, Field

from kervan.delivery.inbound import Ground
from kervan.delivery.tasks import attempts, finish, queue
from kervan.delivery.tasks.attempts import Attempt
from kervan.delivery.tasks.finish import Word
from kervan.delivery.tasks.queue import Place, Wanted
from kervan.delivery.tasks.task import UNDER_WAY, State, Task, outcomes
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.web import audit, mask
from kervan.web.api.accept import Plain, Text
from kervan.web.auth import may
from kervan.web.reader import reader_of
from kervan.web.state import house

MANAGE = "tasks.manage"
Which = Literal["open", "taken", "calling", "done", "expired", "cancelled", "under_way", "all"]


class Tried(BaseModel):
    """One attempt: when, what the switch told of it, what came of it, and what was noted."""

    number: int
    at: datetime
    ringing_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    seconds: int | None
    outcome: str
    note: str


class Shown(BaseModel):
    """A task; its `id` is its message's. `suggested` is what the switch makes likely."""

    id: uuid.UUID
    person: uuid.UUID | None
    first_name: str
    state: str
    mine: bool
    priority: int
    reason: str
    script: str
    best_time: str
    store: str
    brand: str
    due_at: datetime
    expires_at: datetime
    lease_until: datetime | None
    outcome: str
    created_at: datetime
    ended_at: datetime | None
    suggested: str
    attempts: list[Tried]


class Listed(BaseModel):
    """A piece of a list; `cursor` asks for the next one, None when there is no more."""

    tasks: list[Shown]
    cursor: str | None


class Possible(BaseModel):
    """What may come of a task: whether it ends it, asks when to call back, or refuses."""

    name: str
    ends: str
    asks_time: bool
    refuses: bool


class Done(BaseModel):
    """What came of a task, with a note and, for a call-back, its time."""

    outcome: Text
    note: Plain = Field(default="", max_length=2_000)
    call_back_at: datetime | None = None


def possible(kind: str) -> list[Possible]:
    """All outcomes of a kind of task."""
    return [
        Possible(name=name, ends=one.ends, asks_time=one.asks_time, refuses=one.refuses)
        for name, one in outcomes(kind).items()
    ]


def states(which: Which) -> tuple[State, ...]:
    """The states that a word of a filter names."""
    if which in ("under_way", "all"):
        return UNDER_WAY if which == "under_way" else tuple(State)
    return (State[which.upper()],)


def page(request: Request, wanted: Wanted, limit: int, cursor: str | None) -> Listed:
    """One piece of a list. Raises web.cursor_not_good (400)."""
    after = _place(cursor)
    with house(request).connection() as conn:
        found = queue.listed(conn, wanted, after, limit)
        told = shown(request, conn, found)
    last = queue.behind(found[-1]) if len(found) == limit else None
    return Listed(tasks=told, cursor=_cursor(last) if last else None)


def shown(request: Request, conn: Connection, tasks: Sequence[Task]) -> list[Shown]:
    """Tasks as the reader may see them; an unmasked look is logged."""
    vault, agent = house(request).keys, reader_of(request).owner
    heads = profiles.heads(conn, {one.person for one in tasks})
    people = profiles.contacts(conn, vault, sorted(set(heads.values())))
    people = mask.people(request, conn, people) if people else {}
    keys = profiles.keys(conn, sorted({one.person for one in tasks}))
    tried = attempts.of(conn, vault, tasks, keys)
    whole = may(request, mask.REVEAL)
    rows = []
    for one in tasks:
        said = queue.said(vault, one, keys)
        person = people.get(heads.get(one.person, 0))
        mine = tried.get(one.message, [])
        rows.append(
            Shown(
                id=one.message,
                person=person.id if person else None,
                first_name=person.first_name if person else "",
                state=one.state.name.lower(),
                mine=one.taken_by == agent and one.state in (State.TAKEN, State.CALLING),
                priority=one.priority,
                reason=said.reason if whole else mask.text(said.reason),
                script=said.script if whole else mask.text(said.script),
                best_time=said.best_time,
                store=one.store,
                brand=one.brand,
                due_at=one.due_at,
                expires_at=one.expires_at,
                lease_until=one.lease_until,
                outcome=one.outcome,
                created_at=one.created_at,
                ended_at=one.ended_at,
                suggested=attempts.suggested(one, mine),
                attempts=[_tried(attempt, whole=whole) for attempt in mine],
            )
        )
    return rows


def take_next(request: Request, kind: str, stores: Sequence[str] | None = None) -> Shown | None:
    """The next task, now the reader's, None when there is none."""
    mine, agent = house(request), reader_of(request).owner
    with mine.connection() as conn:
        found = queue.take_next(conn, mine.keys, kind, agent, clock.now(), stores)
        if found is None:
            audit.changed_nothing(request)
            return None
        audit.record(conn, request, "task.taken", task=str(found.message))
        return shown(request, conn, [found])[0]


def take(
    request: Request, kind: str, task: uuid.UUID, stores: Sequence[str] | None = None
) -> Shown:
    """This task, now the reader's. Raises delivery.task_unknown, delivery.task_not_free."""
    mine, agent = house(request), reader_of(request).owner
    with mine.connection() as conn:
        wanted = queue.one(conn, task, kind, stores)
        found = queue.take(conn, mine.keys, wanted, agent, clock.now())
        audit.record(conn, request, "task.taken", task=str(task))
        return shown(request, conn, [found])[0]


def release(
    request: Request, kind: str, task: uuid.UUID, stores: Sequence[str] | None = None
) -> None:
    """Give a task back. A manager may give back anybody's. Raises delivery.task_*."""
    with house(request).connection() as conn:
        found = queue.lock(conn, task, kind, stores)
        agent = reader_of(request).owner
        if may(request, MANAGE) and found.taken_by is not None:
            agent = found.taken_by
        queue.give_back(conn, found, agent)
        audit.record(conn, request, "task.given_back", task=str(task))


def done(
    request: Request, kind: str, task: uuid.UUID, said: Done, stores: Sequence[str] | None = None
) -> Shown:
    """Take the reader's word on a task of hers. Raises delivery.task_*."""
    mine = house(request)
    if said.call_back_at is not None and said.call_back_at.tzinfo is None:
        raise KervanError("delivery.task_call_back", 422, until="UTC+…")
    ground = Ground(mine.config.country, mine.config.timezone)
    with mine.connection() as conn:
        found = queue.lock(conn, task, kind, stores)
        word = Word(said.outcome, said.note, said.call_back_at)
        agent = reader_of(request).owner
        finish.finish(conn, mine.keys, found, agent, word, ground, clock.now())
        audit.record(conn, request, "task.finished", task=str(task), outcome=said.outcome)
        return shown(request, conn, [queue.one(conn, task, kind)])[0]


def _tried(one: Attempt, *, whole: bool) -> Tried:
    return Tried(
        number=one.number, at=one.at, ringing_at=one.ringing_at, answered_at=one.answered_at,
        ended_at=one.ended_at, seconds=one.seconds, outcome=one.outcome,
        note=one.note if whole else mask.text(one.note),
    )  # fmt: skip


def _cursor(place: Place) -> str:
    said = f"{place.rank} {place.due_at.isoformat()} {place.message.hex}"
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _place(cursor: str | None) -> Place:
    if not cursor:
        return queue.FIRST
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        rank, due, message = base64.b64decode(padded, b"-_", validate=True).decode().split(" ")
        due_at = datetime.fromisoformat(due)
        place = Place(int(rank), due_at, uuid.UUID(hex=message))
    except ValueError:
        raise KervanError("web.cursor_not_good", status=400) from None
    if due_at.tzinfo is None or not -100 < place.rank < 100:
        raise KervanError("web.cursor_not_good", status=400)
    return place
