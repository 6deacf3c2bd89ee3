"""Lets programs call people into journeys, and tells the times of those that have a schedule."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel

from kervan.journeys.entry import enter, schedule
from kervan.kernel import clock
from kervan.web import audit
from kervan.web.api import body
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/journeys", tags=["journeys"])
_LIMIT_TURNS = 1_000


class Named(BaseModel, extra="forbid"):
    """One person, named in exactly one way (`person` is her public id).

    `properties` can be asked about in the journey as those of its first event.
    """

    person: str = ""
    customer_id: str = ""
    email: str = ""
    phone: str = ""
    properties: dict[str, Any] = {}


class Wanted(BaseModel, extra="forbid"):
    """Who is to come in, at most 1,000; `properties` go for everybody, her own before them."""

    people: list[Named]
    properties: dict[str, Any] = {}


class NotCalled(BaseModel):
    """Somebody who was not called: where she stands among the people, and why."""

    path: str
    code: str
    message: str


class Called(BaseModel):
    """How many were called, and who was not; `repeated`: this request came before, and counts once.

    Whether somebody who is called enters is decided by the journey: re-entry, limits, hold-out.
    """

    called: int
    refused: list[NotCalled]
    repeated: bool


class Time(BaseModel):
    """A time of a schedule: `next`, `open` (being called), `done`, `missed` (nobody was awake for
    too long), `skipped` (a later one was caught up) or `refused`."""

    at: datetime
    state: str
    segment: str
    people: int
    reason: str


@router.post(
    "/{key}/enter",
    status_code=202,
    dependencies=[right("journeys.enter")],
    openapi_extra=body.described(Wanted),
)
def call(
    request: Request,
    key: str,
    raw: body.Raw,
    idempotency_key: Annotated[str, Header(max_length=200)] = "",
) -> Called:
    """Call people into a journey whose trigger is `called`; send an Idempotency-Key to be safe.

    Who cannot be found is reported, all others are called. Raises journeys.unknown_journey (404),
    journeys.not_called, journeys.not_open, journeys.request_reused (409),
    journeys.too_many_to_enter (422), web.body_too_large (413).
    """
    wanted = body.read(raw, enter.Wanted)
    mine, locale = house(request), locale_of(request)
    config = mine.config
    with mine.connection() as conn:
        answer = enter.enter(
            conn, mine.keys, config.country, key, wanted, idempotency_key, clock.now(),
            config.timezone,
        )  # fmt: skip
        audit.record(conn, request, "journey.people_called", key=key, called=answer.called)
    refused = [
        NotCalled(path=one.path, code=one.code, message=one.say(locale)) for one in answer.refused
    ]
    return Called(called=answer.called, refused=refused, repeated=answer.repeated)


@router.get("/{key}/times", dependencies=[right("journeys.read")])
def times(request: Request, key: str, limit: int = 50) -> list[Time]:
    """The next times of a journey's schedule and what became of the latest ones, latest first.

    Raises journeys.unknown_journey (404).
    """
    mine = house(request)
    most = max(1, min(limit, _LIMIT_TURNS))
    with mine.connection() as conn:
        found = schedule.told(conn, key, clock.now_ms(), mine.config.timezone, most)
    return [
        Time(at=one.at, state=one.state, segment=one.segment, people=one.people, reason=one.reason)
        for one in found
    ]
