"""Rehearses journeys: begun, watched, read and deleted, by programs and by the console."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from kervan.delivery.policy.definition import Policy
from kervan.delivery.policy.read import read
from kervan.journeys.rehearse import keep, version
from kervan.journeys.rehearse.keep import Kept
from kervan.journeys.rehearse.rehearse import Wanted
from kervan.kernel import clock, i18n
from kervan.kernel.errors import KervanError
from kervan.web import audit, rehearsing
from kervan.web.api.accept import Plain
from kervan.web.api.rehearsal_answer import Compared, Rehearsal
from kervan.web.auth import may, right
from kervan.web.errors import locale_of
from kervan.web.reader import reader_of
from kervan.web.state import House, house

__all__ = ["Rehearsal", "router"]
router = APIRouter(prefix="/v1/rehearsals", tags=["journeys"])
LONGEST_DAYS = 92
_MOST = 200_000


class RehearsalAsked(BaseModel, extra="forbid"):
    """A journey's text and a window, at most 92 days; `to` itself is left out.

    `against`: what it is compared with: another text, `live`, or the number of a version.
    `others`: the live journeys play too; else what they really sent counts. `policy` is tried
    instead of those that were in force. `sample` people are told of whole, chosen by `seed`, to
    those with the right people.read.
    """

    journey: Plain = Field(min_length=1, max_length=_MOST)
    from_: Annotated[datetime, Field(alias="from")]
    to: datetime
    against: Annotated[Plain | None, Field(max_length=_MOST)] = None
    others: bool = False
    policy: dict[str, Any] | None = None
    sample: Annotated[int, Field(ge=0, le=50)] = 10
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1


class RehearsalBegun(BaseModel):
    """A rehearsal as it stands: `state` is running, done, failed or interrupted (Kervan stopped
    meanwhile: ask again).

    While it runs `doing` is play or gate, and `share` how much of that is done, 0 to 1. `problem`
    says why it failed, "" where it did not.
    """

    id: UUID
    journey: str
    against: str
    from_: Annotated[str, Field(alias="from", serialization_alias="from")]
    to: str
    by: str
    at: datetime
    state: str
    doing: str
    share: float
    ended_at: datetime | None
    problem: str


class RehearsalTold(RehearsalBegun):
    """A rehearsal with what was asked (to ask again) and what it told: `report`, or where two were
    compared `comparison`; both null before it is done.
    """

    asked: dict[str, Any]
    report: Rehearsal | None
    comparison: Compared | None


@router.post("", status_code=202, dependencies=[right("journeys.read")])
def ask(request: Request, asked: RehearsalAsked) -> RehearsalBegun:
    """Play a journey over the real history in memory: nothing is sent. It runs on by itself; look
    at it under its id.

    Raises journeys.not_valid, journeys.rehearsal_window, journeys.rehearsal_future (422),
    journeys.rehearsal_no_version (404), journeys.rehearsal_busy (429).
    """
    mine = house(request)
    this = _wanted(mine, asked)
    other = None
    if asked.against is not None:
        with mine.connection() as conn:
            other = version.against(conn, this, asked.against)
    by = str(reader_of(request).id)
    said = asked.model_dump_json(by_alias=True).encode()
    number = rehearsing.start(mine, this, other, said, by)
    with mine.connection() as conn:
        audit.record(conn, request, "rehearsal.begun", rehearsal=str(number))
        return _begun(keep.get(conn, number, clock.now()), locale_of(request))


@router.get("", dependencies=[right("journeys.read")])
def listed(request: Request) -> list[RehearsalBegun]:
    """The latest rehearsals, kept for 30 days."""
    with house(request).connection() as conn:
        return [_begun(one, locale_of(request)) for one in keep.every(conn, clock.now())]


@router.get("/{rehearsal}", dependencies=[right("journeys.read")])
def one(request: Request, rehearsal: UUID) -> RehearsalTold:
    """One rehearsal. Raises journeys.rehearsal_unknown (404)."""
    with house(request).connection() as conn:
        kept = keep.get(conn, rehearsal, clock.now())
        told = keep.told(conn, kept, people=may(request, "people.read"))
    compared = told is not None and "differences" in told
    return RehearsalTold(
        **_begun(kept, locale_of(request)).model_dump(by_alias=True),
        asked=kept.asked,
        report=None if compared or told is None else Rehearsal.model_validate(told),
        comparison=Compared.model_validate(told) if compared else None,
    )


@router.delete("/{rehearsal}", status_code=204, dependencies=[right("journeys.read")])
def drop(request: Request, rehearsal: UUID) -> Response:
    """Delete a rehearsal; one that runs ends within a moment.

    Only who began it, or who may write journeys. Raises journeys.rehearsal_unknown (404),
    journeys.rehearsal_not_yours (403).
    """
    with house(request).connection() as conn:
        kept = keep.get(conn, rehearsal, clock.now())
        if kept.by != str(reader_of(request).id) and not may(request, "journeys.edit"):
            raise KervanError("journeys.rehearsal_not_yours", status=403)
        keep.drop(conn, rehearsal)
        audit.record(conn, request, "rehearsal.deleted", rehearsal=str(rehearsal))
    return Response(status_code=204)


def _begun(kept: Kept, locale: str) -> RehearsalBegun:
    problem = i18n.say(kept.problem, locale, **kept.facts) if kept.problem else ""
    if kept.state == "interrupted":
        problem = i18n.say("journeys.rehearsal_interrupted", locale)
    against = str(kept.asked.get("against") or "")
    return RehearsalBegun(
        id=kept.id, journey=kept.journey, against=against if len(against) <= 20 else "text",
        **{"from": str(kept.asked["from"])}, to=str(kept.asked["to"]), by=kept.by, at=kept.at,
        state=kept.state, doing=kept.doing, share=kept.share, ended_at=kept.ended_at,
        problem=problem,
    )  # fmt: skip


def _wanted(mine: House, asked: RehearsalAsked) -> Wanted:
    zone = ZoneInfo(mine.config.timezone)
    begin, end = (
        one if one.tzinfo else one.replace(tzinfo=zone) for one in (asked.from_, asked.to)
    )
    from_ms, to_ms = clock.to_ms(begin), clock.to_ms(end)
    if to_ms > clock.now_ms():
        raise KervanError("journeys.rehearsal_future", status=422)
    if not 0 < to_ms - from_ms <= LONGEST_DAYS * 86_400_000:
        raise KervanError("journeys.rehearsal_window", status=422, days=LONGEST_DAYS)
    policy: Policy | None = None if asked.policy is None else read(asked.policy)
    return Wanted(
        asked.journey, from_ms, to_ms, mine.config.workspace, mine.config.timezone,
        mine.config.country, asked.others, policy, asked.sample, asked.seed,
    )  # fmt: skip
