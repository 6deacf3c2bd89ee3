"""The queue of tasks: what there is to do, and who has which; nobody gets what another one has."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from kervan.delivery import accounts
from kervan.delivery.channels.call.manner import Manner
from kervan.delivery.tasks.task import UNDER_WAY, Said, State, Task
from kervan.kernel import postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "tasks.sql")
MOST = 200


class Place(NamedTuple):
    """A place in the queue: behind it the next page begins."""

    rank: int
    due_at: datetime
    message: uuid.UUID


FIRST = Place(-10, datetime.fromisoformat("1970-01-01T00:00:00+00:00"), uuid.UUID(int=0))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tasks a list shows. `stores` None is every store; `mine` is an agent's own."""

    kind: str
    states: tuple[State, ...] = UNDER_WAY
    stores: tuple[str, ...] | None = None
    mine: uuid.UUID | None = None
    brand: str | None = None
    people: tuple[int, ...] | None = None
    due_before: datetime | None = None


def listed(conn: Connection, wanted: Wanted, after: Place = FIRST, limit: int = 50) -> list[Task]:
    """The next tasks behind `after`, the most urgent first, at most `limit`."""
    rows = conn.execute(
        _SQL.list,
        {
            "kind": wanted.kind,
            "states": postgres.array(int(one) for one in wanted.states),
            "stores": None if wanted.stores is None else [*wanted.stores],
            "mine": wanted.mine,
            "brand": wanted.brand,
            "people": None if wanted.people is None else [*wanted.people],
            "due_before": wanted.due_before,
            "limit": min(limit, MOST),
            **after._asdict(),
            "due": after.due_at,
        },
    ).fetchall()
    return [Task.of(row) for row in rows]


def behind(task: Task) -> Place:
    """The place of a task."""
    return Place(-task.priority, task.due_at, task.message)


def one(conn: Connection, task: uuid.UUID, kind: str, stores: Sequence[str] | None = None) -> Task:
    """A task by its message's id. Raises delivery.task_unknown (404)."""
    row = conn.execute(_SQL.one, {"task": task}).fetchone()
    found = Task.of(row) if row else None
    return _checked(found, task, kind, stores)


def lock(conn: Connection, task: uuid.UUID, kind: str, stores: Sequence[str] | None = None) -> Task:
    """The same, and nobody else's until the transaction ends. Raises delivery.task_unknown."""
    row = conn.execute(_SQL.lock, {"task": task}).fetchone()
    found = Task.of(row) if row else None
    return _checked(found, task, kind, stores)


def _checked(found: Task | None, task: uuid.UUID, kind: str, stores: Sequence[str] | None) -> Task:
    hers = found is not None and (stores is None or found.store in stores)
    if found is None or found.kind != kind or not hers:
        raise KervanError("delivery.task_unknown", 404, task=str(task))
    return found


def take_next(
    conn: Connection, vault: WorkspaceVault, kind: str, agent: uuid.UUID, at: datetime,
    stores: Sequence[str] | None = None,
) -> Task | None:  # fmt: skip
    """The most urgent task that is due, now the agent's, None for none.

    Who has one in hand gets that one again. Of any number of agents no two get the same.
    """
    conn.execute(_SQL.release_lost, {"at": at})
    asked = {
        "kind": kind, "agent": agent, "at": at, "lease": at + timedelta(minutes=1),
        "stores": None if stores is None else [*stores],
    }  # fmt: skip
    row = conn.execute(_SQL.held, asked).fetchone()
    if row is None:
        row = conn.execute(_SQL.take_next, asked).fetchone()
    return _leased(conn, vault, Task.of(row), at) if row else None


def take(
    conn: Connection, vault: WorkspaceVault, task: Task, agent: uuid.UUID, at: datetime
) -> Task:
    """Take this one, also before it is due. Raises delivery.task_not_free (409)."""
    conn.execute(_SQL.release_lost, {"at": at})
    asked = {"task": task.message, "agent": agent, "at": at, "lease": at + timedelta(minutes=1)}
    row = conn.execute(_SQL.take_one, asked).fetchone()
    if row is None:
        raise KervanError("delivery.task_not_free", 409, task=str(task.message))
    return _leased(conn, vault, Task.of(row), at)


def give_back(conn: Connection, task: Task, agent: uuid.UUID) -> None:
    """Let others have it. Raises delivery.task_not_yours (409), delivery.task_being_called."""
    check_holder(task, agent)
    if task.state is State.CALLING:
        raise KervanError("delivery.task_being_called", 409, task=str(task.message))
    conn.execute(_SQL.put_back, {"task": task.message})


def check_holder(task: Task, agent: uuid.UUID, at: datetime | None = None) -> None:
    """Whether the agent has the task now. Raises delivery.task_not_yours (409)."""
    lost = at is not None and (task.lease_until is None or task.lease_until <= at)
    if task.state not in (State.TAKEN, State.CALLING) or task.taken_by != agent or lost:
        raise KervanError("delivery.task_not_yours", 409, task=str(task.message))


def lease(conn: Connection, vault: WorkspaceVault, task: Task) -> timedelta:
    """How long an agent may keep a task of this account."""
    settings = accounts.one(conn, vault, task.account).settings
    return timedelta(minutes=int(getattr(settings, "lease_minutes", 20)))


def manner(conn: Connection, vault: WorkspaceVault, task: Task) -> Manner:
    """How calls of the task's account are made; the usual way where it is gone or is no list."""
    try:
        settings = accounts.one(conn, vault, task.account).settings
    except KervanError:
        return Manner()
    return settings if isinstance(settings, Manner) else Manner()


def _leased(conn: Connection, vault: WorkspaceVault, task: Task, at: datetime) -> Task:
    try:
        until = at + lease(conn, vault, task)
    except KervanError:  # the account is gone, its tasks are not
        until = at + timedelta(minutes=Manner().lease_minutes)
    conn.execute(_SQL.prolong, {"task": task.message, "lease": until})
    row = conn.execute(_SQL.one, {"task": task.message}).fetchone()
    assert row is not None
    return Task.of(row)


def said(vault: WorkspaceVault, task: Task, keys: dict[int, bytes]) -> Said:
    """What a task says; nothing where its person is gone. `keys` are people's wrapped ones."""
    key = keys.get(task.person)
    if key is None or not task.sealed:
        return Said("")
    return msgspec.json.decode(vault.open(key, task.sealed, task.place()), type=Said)
