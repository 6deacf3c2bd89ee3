"""The audit log as a page: when, who, what, by which right."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from kervan.kernel import clock, i18n
from kervan.web import audit
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.pages import render
from kervan.web.state import house

router = APIRouter(route_class=render.Page, include_in_schema=False)
_LINES = 100


@router.get("/audit", dependencies=[right("audit.read")])
def audit_page(
    request: Request, before: Annotated[int, Query(ge=0, le=audit.LATEST)] = audit.LATEST
) -> HTMLResponse:
    """The newest lines, a page at a time."""
    mine, locale = house(request), locale_of(request)
    with mine.connection() as conn:
        found = audit.entries(conn, mine.config.workspace, before=before, limit=_LINES)
    return render.page(
        request,
        "audit.html",
        rows=[_row(one, locale) for one in found],
        earlier=found[-1].id if len(found) == _LINES else 0,
    )


def _row(one: audit.Entry, locale: str) -> dict[str, Any]:
    key = "web.did_audit_" + one.what.replace(".", "_")
    said = i18n.say(key, locale)
    people = one.facts.get("people")
    count = len(people) if isinstance(people, list) else 0
    return {
        "at_ms": clock.to_ms(one.at),
        "who": one.name or i18n.say(_UNNAMED.get(one.actor_kind, "web.audit_nobody"), locale),
        "network": one.network,
        "what": one.what if said == key else said,
        "about": _about(one.facts, count, locale),
        "right": one.right,
        "route": one.route,
    }


_UNNAMED = {"command": "web.audit_command"}


def _about(facts: dict[str, Any], count: int, locale: str) -> str:
    if count > 1:
        return i18n.say("web.audit_people", locale, count=count)
    plain = {**facts, "people": facts["people"][0]} if count == 1 else facts
    return ", ".join(f"{name}: {_short(value)}" for name, value in plain.items())


def _short(value: object) -> str:
    if isinstance(value, list):
        return " ".join(str(one) for one in value)[:80]
    return str(value)[:80]
