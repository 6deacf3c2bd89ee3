"""Brand guides: how the workspace and each brand look and speak, with their versions."""

from datetime import datetime
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.content.brand import store
from kervan.content.brand.definition import Guide
from kervan.content.brand.read import read
from kervan.content.lint.run import NAMES
from kervan.kernel import clock
from kervan.web import audit
from kervan.web.api import body
from kervan.web.api.accept import Text
from kervan.web.api.journey_texts import Match, match_of
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/brand", tags=["messages"])


class Past(BaseModel):
    """One version of a guide; the last one is in force."""

    version: int
    guide: dict[str, Any]
    at: datetime
    by: str


class Planned(BaseModel):
    """What applying a guide does: `change` is new, changed or same."""

    brand: str
    change: str
    version: int
    before: int
    said: str


class Written(BaseModel):
    """A guide as docs/reference/brand.schema.json describes it; its key is in the address."""

    name: str


@router.get("", dependencies=[right("journeys.read")])
def all_guides(request: Request) -> dict[str, dict[str, Any]]:
    """The guides in force, by brand; "" is the workspace's, which fills what a brand's lacks."""
    with house(request).connection() as conn:
        return {brand: _plain(one) for brand, one in store.every(conn).items()}


@router.get("/checks", dependencies=[right("journeys.read")])
def checks() -> dict[str, str]:
    """Every check of the linter with its usual severity; a guide's `checks` may set another."""
    return {name: str(NAMES[name]) for name in sorted(NAMES)}


@router.get("/versions", dependencies=[right("journeys.read")])
def versions(request: Request, brand: Text = "") -> list[Past]:
    """Every version of a guide, the first one first. Raises content.brand_none (404)."""
    with house(request).connection() as conn:
        found = store.versions(conn, brand)
    return [
        Past(version=one.number, guide=_plain(one.guide), at=one.at, by=one.by) for one in found
    ]


@router.put("", dependencies=[right("company.manage")], openapi_extra=body.described(Written))
def apply(
    request: Request, raw: body.Raw, brand: Text = "", if_match: Match = "", *, plan: bool = False
) -> Planned:
    """Put a guide into force; doing it twice does nothing the second time.

    Messages are held against it when they are applied again. With `plan` nothing is done. With the
    version you read in If-Match (0 for a brand without one), what somebody else saved meanwhile is
    not lost: content.brand_meanwhile (409). Raises also
    content.brand_not_valid (422) with all problems, content.brand_unknown (422).
    """
    given = body.plain(raw)
    wanted = read({**given, "key": brand} if isinstance(given, dict) else given, NAMES)
    with house(request).connection() as conn:
        if plan:
            audit.changed_nothing(request)
            done = store.plan(conn, wanted)
        else:
            by, expected = str(reader_of(request).id), match_of(if_match)
            done = store.apply(conn, wanted, clock.now(), by, expected)
            if done.change == store.SAME:
                audit.changed_nothing(request)
            else:
                facts = {"brand": brand, "version": done.number}
                audit.record(conn, request, f"brand.{done.change}", **facts)
    return Planned(
        brand=brand,
        change=done.change,
        version=done.number,
        before=done.before,
        said=done.say(locale_of(request)),
    )


def _plain(guide: Guide) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(guide)
    return found
