"""The page on which staff say who somebody is: merge two profiles, part them, write a note."""

import re
import uuid

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from kervan.kernel import i18n
from kervan.kernel.errors import KervanError
from kervan.profiles import decisions, notes
from kervan.profiles import read as profiles
from kervan.web import mask
from kervan.web.api import merges, people
from kervan.web.auth import may, right
from kervan.web.errors import locale_of
from kervan.web.form import Form
from kervan.web.pages import render
from kervan.web.state import House, house

router = APIRouter(route_class=render.Page, include_in_schema=False)
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


@router.get("/people/{person}/identity", dependencies=[right("people.read")])
def identity_page(request: Request, person: uuid.UUID) -> HTMLResponse:
    """Which merges hold this profile together. Raises web.person_unknown (404)."""
    return _page(request, person)


@router.post("/people/{person}/identity/merge", dependencies=[right("people.merge")])
def merge(request: Request, person: uuid.UUID, form: Form) -> Response:
    """Make this person one with another."""
    typed = form["other"][:300]
    found = _ID.search(typed)
    locale = locale_of(request)
    if found is None:
        said = i18n.say("insight.identity_not_an_id", locale, text=typed[:100])
        return _page(request, person, error=said, typed=typed)
    try:
        now = merges.join(request, person, uuid.UUID(found.group()))
    except KervanError as error:
        said = i18n.say(error.code, locale, **error.params)
        return _page(request, person, error=said, typed=typed)
    return _back(now)


@router.post("/people/{person}/identity/part", dependencies=[right("people.merge")])
def part(request: Request, person: uuid.UUID, form: Form) -> Response:
    """Take back that two were one person."""
    one, other = _ID.search(form["one"]), _ID.search(form["other"])
    if one is None or other is None:
        return _page(request, person)
    try:
        merges.part(request, uuid.UUID(one.group()), uuid.UUID(other.group()))
    except KervanError as error:
        return _page(
            request, person, error=i18n.say(error.code, locale_of(request), **error.params)
        )
    return _back(person)


@router.post("/people/{person}/identity/note", dependencies=[right("people.write")])
def write_note(request: Request, person: uuid.UUID, form: Form) -> Response:
    """Write a note about this person."""
    text = form["text"].strip()
    if not 0 < len(text) <= notes.LONGEST:
        said = i18n.say("insight.identity_note_empty", locale_of(request), limit=notes.LONGEST)
        return _page(request, person, error=said)
    merges.note(request, person, text)
    return RedirectResponse(f"/people/{person}", status_code=303)


def _back(person: uuid.UUID) -> RedirectResponse:
    return RedirectResponse(f"/people/{person}/identity", status_code=303)


def _page(request: Request, person: uuid.UUID, *, error: str = "", typed: str = "") -> HTMLResponse:
    mine = house(request)
    found = merges.standing(mine, person)
    with mine.connection() as conn:
        head = people.find(conn, person).head
        outside = decisions.ids(conn, [head])[head]
    names = _names(
        request, mine, [outside, *(one for each in found for one in (each.one, each.other))]
    )
    return render.page(
        request,
        "identity.html",
        who={"id": str(outside), "name": names[outside]},
        merges=[
            {
                "one": str(each.one),
                "other": str(each.other),
                "actor": each.actor,
                "at_ms": each.at_ms,
                "pair": [{"id": str(one), "name": names[one]} for one in (each.one, each.other)],
            }
            for each in found
        ],
        may_merge=may(request, "people.merge"),
        may_write=may(request, "people.write"),
        error=error,
        typed=typed,
    )


def _names(request: Request, mine: House, ids: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What each profile of its own is called, as the reader may see it."""
    nameless = i18n.say("web.person_nameless", locale_of(request))
    with mine.connection() as conn:
        numbers = {one: profiles.by_id(conn, one) for one in set(ids)}
        found = profiles.contacts(conn, mine.keys, list(numbers.values()))
        known = mask.people(request, conn, found)
    said = {}
    for outside, number in numbers.items():
        who = known.get(number)
        last = str(who.traits.get("lastName") or who.traits.get("last_name") or "") if who else ""
        said[outside] = f"{who.first_name if who else ''} {last}".strip()[:80] or nameless
    return said
