"""Calls to customers: an agent takes the next one, dials when the gate lets her, says what came."""

import asyncio
import uuid
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, StringConstraints

from kervan.delivery.channels.channel import Fate
from kervan.delivery.tasks import dial as gate
from kervan.delivery.tasks import queue, ring
from kervan.delivery.tasks.dial import Refused
from kervan.delivery.tasks.queue import Wanted
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.profiles import read as profiles
from kervan.web import audit, mask
from kervan.web.api import people, tasks
from kervan.web.api.accept import Text
from kervan.web.api.tasks import Done, Listed, Possible, Shown, Which
from kervan.web.auth import may, right
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/calls", tags=["calls"])
KIND, WORK = "call", "calls.work"


class Extension(BaseModel):
    """At which extension of the switch the agent sits; not asked for where she dials herself."""

    extension: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,20}$")] = ""


class Dialled(BaseModel):
    """A call that begins: over a switch it rings at the agent's phone, else she is given the
    `phone` to dial. `in_doubt`: the switch was asked and did not answer, so it may ring."""

    attempt: int
    phone: str
    over_switch: bool
    in_doubt: bool


@router.get("", dependencies=[right(WORK)])
def calls(
    request: Request,
    state: Which = "under_way",
    mine: bool = False,
    due: bool = False,
    brand: Text | None = None,
    person: uuid.UUID | None = None,
    limit: int = Query(default=50, ge=1, le=200),
    cursor: Text | None = None,
) -> Listed:
    """Calls, the most urgent first: in one state, one's own, those due now, of a brand or a person.

    Raises web.cursor_not_good (400), web.person_unknown (404).
    """
    about = None
    if person is not None:
        with house(request).connection() as conn:
            about = tuple(profiles.parts(conn, people.find(conn, person).head))
    wanted = Wanted(
        KIND, tasks.states(state), mine=reader_of(request).owner if mine else None, brand=brand,
        people=about, due_before=clock.now() if due else None,
    )  # fmt: skip
    return tasks.page(request, wanted, limit, cursor)


@router.get("/outcomes", dependencies=[right(WORK)])
def outcomes() -> list[Possible]:
    """What may come of a call."""
    return tasks.possible(KIND)


@router.post("/next", dependencies=[right(WORK)])
def take_next(request: Request) -> Shown | None:
    """Take the most urgent call that is due; null when there is none. What one has in hand comes
    again."""
    return tasks.take_next(request, KIND)


@router.get("/{task}", dependencies=[right(WORK)])
def one(request: Request, task: uuid.UUID) -> Shown:
    """One call with all its attempts. Raises delivery.task_unknown (404)."""
    with house(request).connection() as conn:
        return tasks.shown(request, conn, [queue.one(conn, task, KIND)])[0]


@router.post("/{task}/take", dependencies=[right(WORK)])
def take(request: Request, task: uuid.UUID) -> Shown:
    """Take this call, also before it is due.

    Raises delivery.task_unknown (404), delivery.task_not_free (409).
    """
    return tasks.take(request, KIND, task)


@router.post("/{task}/release", dependencies=[right(WORK)], status_code=204)
def release(request: Request, task: uuid.UUID) -> None:
    """Give a call back to the list; who manages tasks may do so with anybody's.

    Raises delivery.task_unknown (404), delivery.task_not_yours, delivery.task_being_called (409).
    """
    tasks.release(request, KIND, task)


@router.post("/{task}/dial", dependencies=[right(WORK)])
def dial(request: Request, task: uuid.UUID, at: Extension) -> Dialled:
    """Ask the gate whether she may be called now and, if so, begin the call.

    Consent, registry, quiet hours, caps and stops are asked at this moment; a refusal (409) has the
    gate's own reason as its code. Raises delivery.task_*, delivery.call_extension_missing (422),
    delivery.call_not_started (502), web.not_allowed (403) for a number one may not see.
    """
    mine, now = house(request), clock.now()
    with mine.connection() as conn:
        locked = queue.lock(conn, task, KIND)
        switch = ring.switch(conn, mine.keys, locked)
        if switch is None and not may(request, mask.REVEAL):
            raise KervanError("web.not_allowed", status=403, right=mask.REVEAL)
        if switch is not None and not at.extension:
            raise KervanError("delivery.call_extension_missing", 422)
        agent = reader_of(request).owner
        said = gate.dial(conn, mine.keys, locked, agent, now, mine.config.country)
        if isinstance(said, Refused):
            audit.record(conn, request, "task.dial_refused", task=str(task), reason=said.reason)
        else:
            audit.record(conn, request, "task.dialled", task=str(task), attempt=said.number)
            if switch is None:
                mask.reveal(request, conn, [str(said.person)])
    if isinstance(said, Refused):
        raise KervanError(said.reason, 409, until=_iso(said.until))
    if switch is None:
        return Dialled(attempt=said.number, phone=said.phone, over_switch=False, in_doubt=False)
    outcome = asyncio.run(ring.ring(switch, task, said.number, said.phone, at.extension))
    with mine.connection() as conn:
        begun = ring.note(conn, queue.lock(conn, task, KIND), said.number, outcome)
    if not begun:
        raise KervanError("delivery.call_not_started", 502, problem=outcome.code[:60])
    return Dialled(
        attempt=said.number, phone=mask.phone(said.phone), over_switch=True,
        in_doubt=outcome.fate is Fate.DOUBT,
    )  # fmt: skip


@router.post("/{task}/finish", dependencies=[right(WORK)])
def finish(request: Request, task: uuid.UUID, said: Done) -> Shown:
    """Say what came of a call. A refusal is written into the consent ledger with it.

    Raises delivery.task_unknown (404), delivery.task_not_yours, delivery.task_not_dialled (409),
    delivery.task_outcome_unknown, delivery.task_call_back (422).
    """
    return tasks.done(request, KIND, task, said)


def _iso(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""
