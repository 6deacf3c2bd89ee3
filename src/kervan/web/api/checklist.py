"""The checklist before something goes live: what stands, what is doubtful, what keeps it back."""

from typing import Any

import msgspec
from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.consent import packs
from kervan.content.messages import store
from kervan.journeys import apply, parse, stored
from kervan.journeys.checklist import look
from kervan.journeys.checklist.item import ERROR, Item
from kervan.web import audit
from kervan.web.api import body
from kervan.web.api.messages import Number
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.state import house

router = APIRouter(prefix="/v1", tags=["journeys"])


class Point(BaseModel):
    """One point: `state` is ok, warning or error; the sentence says what stands or what to do."""

    name: str
    state: str
    message: str
    facts: dict[str, Any]


class Checklist(BaseModel):
    """All points; with an error nothing goes live, a warning keeps nothing back."""

    passes: bool
    points: list[Point]


class Text(BaseModel):
    """A journey's text that need not be saved."""

    text: str


class _Text(msgspec.Struct, forbid_unknown_fields=True):
    text: str


@router.post(
    "/journeys/checklist", dependencies=[right("journeys.read")], openapi_extra=body.described(Text)
)
def of_text(request: Request, raw: body.Raw) -> Checklist:
    """The checklist of a journey's text before it is applied. Raises journeys.not_valid (422)."""
    audit.changed_nothing(request)
    mine = house(request)
    definition = parse.parse(body.read(raw, _Text).text, mine.config.timezone)
    with mine.connection() as conn:
        found = look.of_journey(conn, definition, packs.of_country(mine.config.country))
    return _told(request, found)


@router.get("/journeys/{key}/checklist", dependencies=[right("journeys.read")])
def of_journey(request: Request, key: str) -> Checklist:
    """The checklist of a live journey. Raises journeys.unknown_journey (404)."""
    mine = house(request)
    with mine.connection() as conn:
        definition = stored.read(apply.live_text(conn, key), mine.config.timezone)
        found = look.of_journey(conn, definition, packs.of_country(mine.config.country))
    return _told(request, found)


@router.get("/messages/{key}/checklist", dependencies=[right("journeys.read")])
def of_message(request: Request, key: str, version: Number = None) -> Checklist:
    """The points that a message has by itself. Raises content.message_unknown (404)."""
    mine = house(request)
    with mine.connection() as conn:
        message = store.get(conn, key, version).definition
        found = look.of_message(conn, message, packs.of_country(mine.config.country))
    return _told(request, found)


def _told(request: Request, found: list[Item]) -> Checklist:
    locale = locale_of(request)
    return Checklist(
        passes=all(one.state != ERROR for one in found),
        points=[
            Point(name=one.name, state=one.state, message=one.what(locale), facts=one.facts)
            for one in found
        ],
    )
