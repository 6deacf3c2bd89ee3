"""Every campaign on the site with what became of it, and the element for the shop's pages."""

import base64
import dataclasses
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from kervan.kernel import clock
from kervan.onsite import results as counting
from kervan.onsite import sign, snippet, store
from kervan.onsite.results import Result
from kervan.onsite.store import Version
from kervan.web import audit
from kervan.web.auth import may, right
from kervan.web.pages import render
from kervan.web.state import house

router = APIRouter(route_class=render.Page, include_in_schema=False)
_KEY = "kv_…"


@router.get("/onsite", dependencies=[right("journeys.read")])
def campaigns(request: Request) -> HTMLResponse:
    """All campaigns by key, each variant with its figures; and the snippet's element."""
    mine = house(request)
    with mine.connection() as conn:
        found = store.every(conn)
    counted = counting.of_all(mine.history, {one.key: one.campaign.goal for one in found})
    script = snippet.latest()
    signer = base64.urlsafe_b64encode(sign.public_key(mine.keys)).decode().rstrip("=")
    return render.page(
        request,
        "onsite.html",
        rows=[_row(one, counted.get(one.key, [])) for one in found],
        can_edit=may(request, "journeys.edit"),
        tag=snippet.tag(script, mine.config.address, _KEY, signer, pinned=True),
        version=script.version,
    )


@router.post("/onsite/campaigns/{key}/{deed}", dependencies=[right("journeys.edit")])
def switch(request: Request, key: str, deed: str) -> Response:
    """Pause a campaign, or (any other deed) let it go on. Raises onsite.unknown (404)."""
    paused = deed == "pause"
    with house(request).connection() as conn:
        if store.pause(conn, key, clock.now(), paused=paused):
            audit.record(conn, request, "onsite.paused" if paused else "onsite.resumed", key=key)
        else:
            audit.changed_nothing(request)
    return RedirectResponse("/onsite", status_code=303)


def _row(one: Version, found: list[Result]) -> dict[str, Any]:
    goal = one.campaign.goal
    return {
        "key": one.key,
        "name": one.campaign.name,
        "kind": one.campaign.kind,
        "paused": one.paused,
        "version": one.number,
        "changed_ms": clock.to_ms(one.at),
        "goal": goal.event if goal else "",
        "variants": [
            {
                **dataclasses.asdict(variant),
                "rate": _percent(variant.rate),
                "between": f"{_percent(variant.low)}–{_percent(variant.high)}",
            }
            for variant in found
        ],
    }


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
