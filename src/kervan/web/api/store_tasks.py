"""What there is to do in a store: its people take a task, do it or decline it.

Somebody who works in stores (PUT /v1/store-staff) sees the tasks of these and no others; who may
manage tasks sees those of all stores.
"""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field, StringConstraints

from kervan.delivery.tasks import queue, staff
from kervan.delivery.tasks.queue import Wanted
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.web import audit, users
from kervan.web.api import tasks
from kervan.web.api.accept import Text
from kervan.web.api.tasks import MANAGE, Done, Listed, Possible, Shown, Which
from kervan.web.auth import may, right
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter(prefix="/v1", tags=["stores"])
KIND, WORK = "store", "stores.work"
Store = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", min_length=1, max_length=100)]


class Staff(BaseModel):
    """In which stores a user works."""

    user: uuid.UUID
    stores: list[Store]


class Stores(BaseModel):
    """The stores somebody works in from now on; none: she sees no list any more."""

    stores: list[Store] = Field(max_length=200)


@router.get("/store-tasks", dependencies=[right(WORK)])
def store_tasks(
    request: Request,
    store: Text | None = None,
    state: Which = "under_way",
    mine: bool = False,
    due: bool = False,
    limit: int = Query(default=50, ge=1, le=200),
    cursor: Text | None = None,
) -> Listed:
    """Tasks of one's stores, the most urgent first. Raises web.cursor_not_good (400)."""
    with house(request).connection() as conn:
        stores = stores_of(request, conn)
    if store is not None:
        stores = (store,) if stores is None or store in stores else ()
    wanted = Wanted(
        KIND, tasks.states(state), stores, reader_of(request).owner if mine else None,
        due_before=clock.now() if due else None,
    )  # fmt: skip
    return tasks.page(request, wanted, limit, cursor)


@router.get("/store-tasks/outcomes", dependencies=[right(WORK)])
def outcomes() -> list[Possible]:
    """What may come of a task in a store."""
    return tasks.possible(KIND)


@router.post("/store-tasks/next", dependencies=[right(WORK)])
def take_next(request: Request) -> Shown | None:
    """Take the most urgent task of one's stores; null when there is none."""
    return tasks.take_next(request, KIND, mine(request))


@router.get("/store-tasks/{task}", dependencies=[right(WORK)])
def one(request: Request, task: uuid.UUID) -> Shown:
    """One task with all that was tried. Raises delivery.task_unknown (404)."""
    stores = mine(request)
    with house(request).connection() as conn:
        return tasks.shown(request, conn, [queue.one(conn, task, KIND, stores)])[0]


@router.post("/store-tasks/{task}/take", dependencies=[right(WORK)])
def take(request: Request, task: uuid.UUID) -> Shown:
    """Take this task. Raises delivery.task_unknown (404), delivery.task_not_free (409)."""
    return tasks.take(request, KIND, task, mine(request))


@router.post("/store-tasks/{task}/release", dependencies=[right(WORK)], status_code=204)
def release(request: Request, task: uuid.UUID) -> None:
    """Give a task back. Raises delivery.task_unknown (404), delivery.task_not_yours (409)."""
    tasks.release(request, KIND, task, mine(request))


@router.post("/store-tasks/{task}/finish", dependencies=[right(WORK)])
def finish(request: Request, task: uuid.UUID, said: Done) -> Shown:
    """Say what came of a task: done, interested or declined.

    Raises delivery.task_unknown (404), delivery.task_not_yours (409),
    delivery.task_outcome_unknown (422).
    """
    return tasks.done(request, KIND, task, said, mine(request))


@router.get("/store-staff", dependencies=[right(MANAGE)])
def every(request: Request) -> list[Staff]:
    """Who works in which stores."""
    with house(request).connection() as conn:
        found = staff.every(conn)
    return [Staff(user=user, stores=stores) for user, stores in found.items()]


@router.put("/store-staff/{user}", dependencies=[right(MANAGE)])
def assign(request: Request, user: uuid.UUID, wanted: Stores) -> Staff:
    """Let a user work in exactly these stores. Raises web.user_unknown (404)."""
    mine = house(request)
    with mine.connection() as conn:
        users.by_id(conn, user)
        staff.assign(conn, user, wanted.stores)
        audit.record(conn, request, "store.staff_assigned", user=str(user), stores=wanted.stores)
        return Staff(user=user, stores=list(staff.stores_of(conn, user)))


def stores_of(request: Request, conn: Connection) -> tuple[str, ...] | None:
    """The stores whose lists the reader sees, None for those of all."""
    return None if may(request, MANAGE) else staff.stores_of(conn, reader_of(request).owner)


def mine(request: Request) -> tuple[str, ...] | None:
    """The same, with a connection of its own."""
    with house(request).connection() as conn:
        return stores_of(request, conn)
