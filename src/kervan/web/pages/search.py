"""The page on which staff find a person and go on to her own page."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from kervan.kernel import i18n
from kervan.web.api import search
from kervan.web.auth import right
from kervan.web.pages import portrait, render
from kervan.web.state import house

router = APIRouter(route_class=render.Page, include_in_schema=False)
_MOST = 50
_CHARS = 200


@router.get("/people", dependencies=[right("people.read")])
def search_page(request: Request, q: Annotated[str, Query(max_length=10_000)] = "") -> HTMLResponse:
    """What was typed and whom it finds; nothing that is typed is an error."""
    text = q.replace("\x00", "")[:_CHARS]
    forms = render.forms_of(request)
    rows, more = [], False
    if text.strip():
        found = search.find(request, house(request), text, _MOST)
        more = found.more
        nameless = i18n.say("web.person_nameless", forms.locale)
        for one in found.people:
            by = portrait.kind(one.by, forms)
            rows.append(
                {
                    "id": str(one.id),
                    "name": one.name or nameless,
                    "email": one.email,
                    "phone": one.phone,
                    "by": i18n.say("web.found_claimed", forms.locale, by=by) if one.claimed else by,
                }
            )
    return render.page(request, "search.html", typed=text, rows=rows, more=more)
