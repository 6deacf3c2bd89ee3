"""The call list and the store list as pages: what is in my hands, what there is, what came of it.

Every click is the same operation as over the API, with its rights, its audit and its refusals.
"""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from kervan.delivery import accounts
from kervan.delivery.tasks import queue
from kervan.delivery.tasks.queue import Wanted
from kervan.kernel import clock
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.web import mask
from kervan.web.api import calls, store_tasks, tasks
from kervan.web.api.calls import Dialled, Extension
from kervan.web.api.tasks import Done, Shown
from kervan.web.auth import may, right
from kervan.web.errors import locale_of
from kervan.web.form import Form
from kervan.web.pages import render
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter(route_class=render.Page, include_in_schema=False)
_MOST = 50
_PATHS = {calls.KIND: "/calls", store_tasks.KIND: "/store"}


@router.get("/calls", dependencies=[right(calls.WORK)])
def calls_page(request: Request) -> HTMLResponse:
    """The call list."""
    return _page(request, calls.KIND)


@router.post("/calls/next", dependencies=[right(calls.WORK)])
def next_call(request: Request) -> Response:
    """Take the next call."""
    return _do(request, calls.KIND, lambda: calls.take_next(request))


@router.post("/calls/{task}/take", dependencies=[right(calls.WORK)])
def take_call(request: Request, task: uuid.UUID) -> Response:
    """Take this call."""
    return _do(request, calls.KIND, lambda: calls.take(request, task))


@router.post("/calls/{task}/release", dependencies=[right(calls.WORK)])
def release_call(request: Request, task: uuid.UUID) -> Response:
    """Give a call back."""
    return _do(request, calls.KIND, lambda: calls.release(request, task))


@router.post("/calls/{task}/dial", dependencies=[right(calls.WORK)])
def dial(request: Request, task: uuid.UUID, form: Form) -> Response:
    """Dial, when the gate lets her."""

    def begin() -> Dialled:
        said = form["extension"].strip()
        if not said.isascii() or len(said) > 20 or not (said.isdigit() or not said):
            raise KervanError("delivery.call_extension_missing", 422)
        return calls.dial(request, task, Extension(extension=said))

    return _do(request, calls.KIND, begin)


@router.post("/calls/{task}/finish", dependencies=[right(calls.WORK)])
def finish_call(request: Request, task: uuid.UUID, form: Form) -> Response:
    """Say what came of a call."""
    return _do(request, calls.KIND, lambda: calls.finish(request, task, _said(request, form)))


@router.get("/store", dependencies=[right(store_tasks.WORK)])
def store_page(request: Request) -> HTMLResponse:
    """What there is to do in my stores."""
    return _page(request, store_tasks.KIND)


@router.post("/store/next", dependencies=[right(store_tasks.WORK)])
def next_task(request: Request) -> Response:
    """Take the next task."""
    return _do(request, store_tasks.KIND, lambda: store_tasks.take_next(request))


@router.post("/store/{task}/take", dependencies=[right(store_tasks.WORK)])
def take_task(request: Request, task: uuid.UUID) -> Response:
    """Take this task."""
    return _do(request, store_tasks.KIND, lambda: store_tasks.take(request, task))


@router.post("/store/{task}/release", dependencies=[right(store_tasks.WORK)])
def release_task(request: Request, task: uuid.UUID) -> Response:
    """Give a task back."""
    return _do(request, store_tasks.KIND, lambda: store_tasks.release(request, task))


@router.post("/store/{task}/finish", dependencies=[right(store_tasks.WORK)])
def finish_task(request: Request, task: uuid.UUID, form: Form) -> Response:
    """Say what came of a task."""
    kind = store_tasks.KIND
    return _do(request, kind, lambda: store_tasks.finish(request, task, _said(request, form)))


def _do(request: Request, kind: str, deed: Callable[[], object]) -> Response:
    """Do it and show the list again, or say on it why it was not done."""
    try:
        deed()
    except KervanError as error:
        return _page(request, kind, error)
    return RedirectResponse(_PATHS[kind], status_code=303)


def _said(request: Request, form: Form) -> Done:
    at: datetime | None = None
    if form["outcome"] == "call_back":
        try:
            at = datetime.fromisoformat(form["call_back_at"])
        except ValueError:
            raise KervanError("delivery.task_call_back", 422, until="…") from None
        at = at.replace(tzinfo=ZoneInfo(house(request).config.timezone))
    return Done(outcome=form["outcome"][:1_000], note=form["note"][:2_000], call_back_at=at)


def _page(request: Request, kind: str, error: KervanError | None = None) -> HTMLResponse:
    mine, agent, now = house(request), reader_of(request).owner, clock.now()
    with mine.connection() as conn:
        stores = store_tasks.stores_of(request, conn) if kind == store_tasks.KIND else None
        held = queue.listed(conn, Wanted(kind, stores=stores, mine=agent), limit=1)
        open_ones = queue.listed(conn, Wanted(kind, stores=stores), limit=_MOST)
        shown = tasks.shown(request, conn, [*held, *(o for o in open_ones if o not in held)])
        phone = ""
        if held and shown[0].state == "calling" and may(request, mask.REVEAL):
            head = profiles.heads(conn, [held[0].person])[held[0].person]
            person = profiles.contacts(conn, mine.keys, [head]).get(head)
            phone = person.phone if person else ""
        switch = bool(held) and _has_switch(mine.keys, conn, held[0].account)
    current = shown[0] if held and shown[0].mine else None
    rest = shown[1:] if held else shown
    return render.page(
        request,
        "tasks.html",
        status=error.status if error else 200,
        problem=error.say(locale_of(request)) if error else "",
        kind=kind,
        path=_PATHS[kind],
        current=_row(current, now) if current else None,
        phone=phone,
        switch=switch,
        outcomes=[one.model_dump() for one in tasks.possible(kind)],
        rows=[_row(one, now) for one in rest],
        stores=None if stores is None else list(stores),
        now_ms=clock.to_ms(now),
    )


def _has_switch(vault: WorkspaceVault, conn: Connection, account: str) -> bool:
    try:
        return accounts.one(conn, vault, account).provider.dial is not None
    except KervanError:
        return False


def _row(one: Shown, now: datetime) -> dict[str, Any]:
    return {
        **one.model_dump(include={
            "first_name", "state", "priority", "reason", "script", "store", "brand", "outcome",
            "suggested", "best_time",
        }),
        "id": str(one.id),
        "person": str(one.person) if one.person else "",
        "due_ms": clock.to_ms(one.due_at),
        "is_due": one.due_at <= now,
        "expires_ms": clock.to_ms(one.expires_at),
        "attempts": [
            {
                "number": tried.number, "at_ms": clock.to_ms(tried.at), "outcome": tried.outcome,
                "seconds": tried.seconds, "note": tried.note,
            }
            for tried in one.attempts
        ],
    }  # fmt: skip
