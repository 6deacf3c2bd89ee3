"""Requests of data subjects as a page: what is asked, by when, and the clicks that answer it."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from kervan.consent.registry import hold
from kervan.kernel import clock, i18n
from kervan.kernel.errors import KervanError
from kervan.privacy import erase, requests
from kervan.profiles import read as profiles
from kervan.web import audit
from kervan.web.auth import may, right
from kervan.web.errors import locale_of
from kervan.web.form import Form
from kervan.web.pages import render
from kervan.web.reader import reader_of
from kervan.web.state import house

_ALARM_DAYS = 90
router = APIRouter(route_class=render.Page, include_in_schema=False)


@router.get("/privacy", dependencies=[right("privacy.requests")])
def privacy_page(request: Request) -> HTMLResponse:
    """All requests, the open ones first by the day they are due."""
    now, locale = clock.now(), locale_of(request)
    with house(request).connection() as conn:
        found = requests.all_requests(conn)
        given_up = hold.given_up_since(conn, now - timedelta(days=_ALARM_DAYS))
    return render.page(
        request,
        "privacy.html",
        rows=[_row(one, now, locale, may_erase=may(request, "privacy.erase")) for one in found],
        late=sum(one.is_late(now) for one in found),
        given_up=given_up,
    )


@router.post("/privacy/{asked}/close", dependencies=[right("privacy.requests")])
def close(request: Request, asked: uuid.UUID, form: Form) -> Response:
    """Close a request as done. Raises privacy.request_unknown, privacy.request_closed."""
    actor = str(reader_of(request).id)
    with house(request).connection() as conn:
        requests.close(conn, asked, form["state"] or "done", form["answer"], clock.now(), actor)
        audit.record(conn, request, "privacy.request_closed", id=asked)
    return RedirectResponse("/privacy", status_code=303)


@router.post("/privacy/{asked}/erase", dependencies=[right("privacy.erase")])
def erase_person(request: Request, asked: uuid.UUID) -> Response:
    """Begin the erasure that was asked for. Raises privacy.request_unknown (404) and others."""
    with house(request).connection() as conn:
        one = requests.one(conn, asked)
        if one.kind != "erasure" or one.state != "open":
            raise KervanError("privacy.request_closed", status=409)
        number = profiles.by_id(conn, one.person_id)
        if number:
            erase.begin(conn, number, clock.now(), request=asked)
            audit.record(conn, request, "people.erased", people=[str(one.person_id)])
        else:
            actor = str(reader_of(request).id)
            requests.close(conn, asked, "done", "", clock.now(), actor)
    return RedirectResponse("/privacy", status_code=303)


def _row(one: requests.Request, now: datetime, locale: str, *, may_erase: bool) -> dict[str, Any]:
    left = (one.due_at - now).days
    state = "late" if one.is_late(now) else "near" if one.is_near(now) else one.state
    return {
        "id": str(one.id),
        "person": str(one.person_id),
        "kind": i18n.say(f"web.privacy_kind_{one.kind}", locale),
        "state": state,
        "said": i18n.say(f"web.privacy_state_{state}", locale, days=max(left, 0)),
        "is_open": one.state == "open",
        "may_erase": may_erase and one.state == "open" and one.kind == "erasure",
        "may_export": one.state == "open" and one.kind in ("access", "portability"),
        "due_ms": clock.to_ms(one.due_at) - 1,
        "received_ms": clock.to_ms(one.received_at),
        "answer": one.answer,
    }
