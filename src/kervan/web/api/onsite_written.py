"""Campaigns on the site that are being written: kept here, so that they are on every device."""

import dataclasses
from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from kervan.kernel import clock
from kervan.onsite import drafts
from kervan.onsite.drafts import Draft
from kervan.web import audit
from kervan.web.api import body
from kervan.web.api.journey_texts import match_of
from kervan.web.api.meanwhile import Match
from kervan.web.auth import right
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/onsite", tags=["onsite"])


class OnsiteText(BaseModel):
    """What a form holds, right or not, and the version it is written over, 0 for a new one."""

    campaign: dict[str, Any]
    base: int = Field(default=0, ge=0, le=2**31 - 1)


class _Text(msgspec.Struct):
    campaign: dict[str, Any]
    base: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0


class OnsiteWritten(OnsiteText):
    """A draft; `edition` counts its changes, and is its ETag."""

    key: str
    edition: int
    at: datetime
    by: str


@router.get("/drafts", dependencies=[right("journeys.read")])
def unpublished(request: Request) -> list[OnsiteWritten]:
    """The drafts of campaigns that were never published, by key."""
    with house(request).connection() as conn:
        return [OnsiteWritten(**dataclasses.asdict(one)) for one in drafts.fresh(conn)]


@router.get("/{key}/draft", dependencies=[right("journeys.read")])
def draft(request: Request, response: Response, key: str) -> OnsiteWritten | None:
    """What is being written; null where nothing is."""
    with house(request).connection() as conn:
        found = drafts.find(conn, key)
    return _told(response, found) if found else None


@router.put(
    "/{key}/draft", dependencies=[right("journeys.edit")], openapi_extra=body.described(OnsiteText)
)
def write(
    request: Request, response: Response, key: str, raw: body.Raw, if_match: Match = ""
) -> OnsiteWritten:
    """Keep a campaign that need not be right yet; nobody is shown it.

    With the edition you read in If-Match (0 for a new one), what somebody else wrote meanwhile is
    not lost: onsite.draft_changed (409). Raises also onsite.draft_unfit (422).
    """
    given = body.read(raw, _Text)
    with house(request).connection() as conn:
        made = drafts.write(
            conn, key, given.campaign, given.base, clock.now(), str(reader_of(request).id),
            expected=match_of(if_match),
        )  # fmt: skip
        audit.record(conn, request, "onsite.drafted", key=key, edition=made.edition)
    return _told(response, made)


@router.delete("/{key}/draft", status_code=204, dependencies=[right("journeys.edit")])
def drop(request: Request, key: str, if_match: Match = "") -> None:
    """Throw a draft away. Raises onsite.draft_unknown (404), onsite.draft_changed (409)."""
    with house(request).connection() as conn:
        drafts.get(conn, key)
        drafts.drop(conn, key, expected=match_of(if_match))
        audit.record(conn, request, "onsite.draft_dropped", key=key)


def _told(response: Response, found: Draft) -> OnsiteWritten:
    response.headers["ETag"] = f'"{found.edition}"'
    return OnsiteWritten(**dataclasses.asdict(found))
