"""Journeys in shadow: put there, looked at and ended, by programs and the console."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kervan.delivery.policy.definition import canonical
from kervan.delivery.policy.read import read
from kervan.journeys.shadow import choose, store
from kervan.journeys.shadow.store import DAYS, MOST_DAYS
from kervan.journeys.text import LIMIT_BYTES
from kervan.kernel import clock, i18n
from kervan.web import audit
from kervan.web.api.accept import Plain
from kervan.web.api.rehearsals import Rehearsal
from kervan.web.auth import may, right
from kervan.web.errors import locale_of
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter(tags=["journeys"])


class Wanted(BaseModel, extra="forbid"):
    """A text, or (without one) the draft, or what is live; for so many days.

    `policy` is tried instead of the one in force; `sample` people are told of whole, chosen by
    `seed`, to those with the right people.read.
    """

    text: Plain | None = Field(None, max_length=LIMIT_BYTES)
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = DAYS
    policy: dict[str, Any] | None = None
    sample: Annotated[int, Field(ge=0, le=50)] = 10
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1


class Shadow(BaseModel):
    """A journey in shadow: `state` is on, ended, or failed (it could not be played any more).

    `report` is what it would have done from `since` to `good_until`, null before the first play;
    `problem` says why the last play failed, "" where it did not.
    """

    key: str
    state: str
    text: str
    since: datetime
    until: datetime
    good_until: datetime | None
    took_ms: int
    problem: str
    report: Rehearsal | None


@router.put("/{key}/shadow", dependencies=[right("journeys.edit")])
def start(request: Request, key: str, wanted: Wanted) -> Shadow:
    """Decide about today's traffic as this journey would: nobody enters and nothing is sent.

    What was in shadow under this key is replaced. Raises journeys.not_valid, journeys.other_key
    (422), journeys.unknown_journey (404), journeys.shadow_too_many (409).
    """
    mine, at = house(request), clock.now()
    policy = "" if wanted.policy is None else canonical(read(wanted.policy))
    with mine.connection() as conn:
        text = choose.of_key(conn, key) if wanted.text is None else wanted.text
        choose.check(conn, text, mine.config.timezone, key)
        asked = store.Wanted(key, text, policy, wanted.days, wanted.sample, wanted.seed)
        made = store.start(conn, asked, at, str(reader_of(request).id))
        audit.record(conn, request, "journey.shadow_started", key=key, days=wanted.days)
    return _told(request, made, at)


@router.get("/{key}/shadow", dependencies=[right("journeys.read")])
def look(request: Request, key: str) -> Shadow:
    """How a shadow stands and what it told last. Raises journeys.shadow_unknown (404)."""
    with house(request).connection() as conn:
        found = store.get(conn, key)
    return _told(request, found, clock.now())


@router.delete("/{key}/shadow", dependencies=[right("journeys.edit")])
def stop(request: Request, key: str) -> Shadow:
    """End a shadow; its last report stays for a month. Raises journeys.shadow_unknown (404)."""
    at = clock.now()
    with house(request).connection() as conn:
        ended = store.stop(conn, key, at)
        audit.record(conn, request, "journey.shadow_stopped", key=key)
    return _told(request, ended, at)


def _told(request: Request, one: store.Shadow, at: datetime) -> Shadow:
    told, locale = one.told(), locale_of(request)
    report = None if told is None else msgspec.to_builtins(told)
    if report is not None and not may(request, "people.read"):
        report["sample"] = []
    said = i18n.say("journeys.shadow_problem", locale, code=one.problem) if one.problem else ""
    return Shadow(
        key=one.key, state=one.state(at), text=one.text, since=one.since, until=one.until,
        good_until=one.good_until, took_ms=one.took_ms, problem=said,
        report=None if report is None else Rehearsal.model_validate(report),
    )  # fmt: skip
