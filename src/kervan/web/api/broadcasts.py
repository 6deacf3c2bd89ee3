"""Broadcasts: one message to everybody in a segment, once; counted, started, stopped, watched."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from clickhouse_connect.driver.client import Client
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from kervan.delivery.broadcasts import act, store, tell
from kervan.delivery.broadcasts import results as measured
from kervan.delivery.broadcasts.count import progress
from kervan.delivery.broadcasts.read import read
from kervan.delivery.broadcasts.run import is_stopped
from kervan.delivery.broadcasts.store import Kept, Plan
from kervan.journeys.approval import second
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web import asking, audit
from kervan.web.api import body, broadcast_people
from kervan.web.api.accept import Number32, Plain, Text
from kervan.web.api.journey_texts import Match, match_of
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.reader import reader_of
from kervan.web.state import House, house

router = APIRouter(prefix="/v1/broadcasts", tags=["broadcasts"])
router.include_router(broadcast_people.router)


class Summary(BaseModel):
    """A broadcast: `status` is draft, scheduled, running, cancelling, cancelled or done."""

    number: int
    key: str
    name: str
    status: str
    version: int
    audience: int
    starts_at: datetime | None
    finished_at: datetime | None
    changed_at: datetime
    changed_by: str


class Page(BaseModel):
    """Some broadcasts, the latest first; `before` asks for the next page, None at the end."""

    broadcasts: list[Summary]
    before: int | None


class Speaks(BaseModel):
    """What a variant says: a version of a message, by these channels in order."""

    name: str
    message: str
    version: int
    channels: list[str]


class Whole(Summary):
    """A broadcast with its definition (docs/reference/broadcast.schema.json)."""

    definition: dict[str, Any]
    problem: str


class Planned(BaseModel):
    """What applying a definition does: `change` is new, changed or same."""

    key: str
    change: str
    version: int
    speaks: list[Speaks]
    said: str


class Counts(BaseModel):
    """Messages by state, by the reason of their end, and what was learnt of them.

    `reached` are accepted, handed over or delivered; `final` have their final state. Clicks and
    opens of machines are facts of their own.
    """

    planned: int
    reached: int
    final: int
    states: dict[str, int]
    reasons: dict[str, int]
    facts: dict[str, int]


class Variant(Counts):
    """The counts of one variant, those who got it as the winner included."""

    name: str
    message: str


class Tally(BaseModel):
    """What the winner was picked by: reached, reacted, and their quotient."""

    name: str
    reached: int
    reacted: int
    rate: float


class Winner(BaseModel):
    """Which variant the rest gets ("" each by its weight), by which rule and how sure.

    `why` is confident, too_little, tie or not_sure; `confidence` is 0 to 1.
    """

    variant: str
    rule: str
    why: str
    confidence: float
    tallies: list[Tally]


class Progress(BaseModel):
    """How it stands: at every moment `unplanned` and all states of `first` add up to `audience`.

    `again` is what is said again; `sending` are in a sender's hands right now.
    """

    key: str
    status: str
    stopped: bool
    phase: str
    problem: str
    starts_at: datetime | None
    frozen_at: datetime | None
    finished_at: datetime | None
    audience: int
    unplanned: int
    sending: int
    in_doubt: int
    first: Counts
    again: Counts
    variants: list[Variant]
    winner: Winner | None


class Lift(BaseModel):
    """By how much a share is above that of the hold-out, with its 95 % interval."""

    lift: float
    low: float
    high: float


class Result(BaseModel):
    """One variant, or the hold-out (""): people reached, and those who did it afterwards.

    From `low` to `high` is the 95 % interval of the rate.
    """

    variant: str
    reached: int
    converted: int
    rate: float
    low: float
    high: float
    lift: Lift | None


class Stop(BaseModel):
    """Why it is stopped; it is written down."""

    reason: Plain = Field(min_length=1, max_length=200)


class Resume(BaseModel):
    """Let what is still true go on; with `drop` the broadcast ends instead."""

    drop: bool = False


@router.get("", dependencies=[right("journeys.read")])
def broadcasts(
    request: Request, before: Number32 = 0, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> Page:
    """The latest broadcasts."""
    with house(request).connection() as conn:
        found = store.every(conn, limit, before)
    more = found[-1].number if len(found) == limit else None
    return Page(broadcasts=[Summary(**_facts(one)) for one in found], before=more)


@router.get("/{key}", dependencies=[right("journeys.read")])
def broadcast(request: Request, key: str) -> Whole:
    """A broadcast as it was written. Raises delivery.broadcast_unknown (404)."""
    with house(request).connection() as conn:
        one = store.get(conn, key)
    return Whole(**_facts(one), definition=msgspec.to_builtins(one.wanted), problem=one.problem)


@router.put("/{key}", dependencies=[right("journeys.edit")])
def apply(
    request: Request, key: str, raw: body.Raw, if_match: Match = "", *, plan: bool = False
) -> Planned:
    """Keep a broadcast as a draft; doing it twice does nothing the second time.

    With `plan` nothing is done. With the version you read in If-Match (0 for a new one) what
    somebody else wrote meanwhile is not lost: delivery.broadcast_meanwhile (409). Raises
    delivery.broadcast_not_valid (422) with all problems and their places,
    delivery.broadcast_other_key, journeys.bad_match (422), delivery.broadcast_started (409).
    """
    expected = match_of(if_match)
    wanted = read(body.plain(raw))
    if wanted.key != key:
        facts = {"key": key[:80], "given": wanted.key}
        raise KervanError("delivery.broadcast_other_key", status=422, **facts)
    with house(request).connection() as conn:
        if plan:
            audit.changed_nothing(request)
            return _planned(request, store.plan(conn, wanted))
        author = str(reader_of(request).owner)
        done = store.apply(conn, wanted, author, clock.now(), expected)
        if done.change == store.SAME:
            audit.changed_nothing(request)
        else:
            what = f"broadcast.{done.change}"
            audit.record(conn, request, what, key=key, version=done.number)
    return _planned(request, done)


@router.post("/{key}/start", dependencies=[right("journeys.approve")])
def start(request: Request, key: str) -> Progress:
    """Let it begin at its time. Raises delivery.broadcast_status, delivery.broadcast_passed (409),
    delivery.broadcast_not_valid (422), and journeys.approval_start_own (403) for who wrote it,
    also by a key of hers, where the workspace asks for a second person."""
    mine = house(request)
    with mine.connection() as conn:
        second.check_start(conn, key, str(reader_of(request).owner))
        kept = act.start(conn, key, mine.config.timezone, clock.now(), _by(request))
        starts_at = str(kept.starts_at)
        audit.record(conn, request, "broadcast.started", key=key, starts_at=starts_at)
        return _progress(conn, kept)


@router.post("/{key}/stop", dependencies=[right("sending.stop")])
def stop(request: Request, key: str, wanted: Stop) -> Progress:
    """Hold all of it at once, also what is in the outbox.

    Raises delivery.broadcast_status (409).
    """
    with house(request).connection() as conn:
        act.stop(conn, key, wanted.reason, clock.now(), _by(request))
        audit.record(conn, request, "broadcast.stopped", key=key, reason=wanted.reason)
        return _progress(conn, store.get(conn, key))


@router.post("/{key}/resume", dependencies=[right("sending.stop")])
def resume(request: Request, key: str, wanted: Resume) -> Progress:
    """Let what is still true go on, or end it. Raises delivery.not_stopped (409)."""
    by = _by(request)
    with house(request).connection() as conn:
        act.resume(conn, key, clock.now(), by, drop=wanted.drop)
        audit.record(conn, request, "broadcast.resumed", key=key, drop=wanted.drop)
        return _progress(conn, store.get(conn, key))


@router.post("/{key}/cancel", dependencies=[right("journeys.approve")])
def cancel(request: Request, key: str) -> Progress:
    """End what has not gone; what has not begun is a draft again. Raises
    delivery.broadcast_status (409)."""
    with house(request).connection() as conn:
        kept = act.cancel(conn, key, clock.now(), _by(request))
        audit.record(conn, request, "broadcast.cancelled", key=key)
        return _progress(conn, kept)


@router.get("/{key}/progress", dependencies=[right("journeys.read")])
def progress_now(request: Request, key: str) -> Progress:
    """How it stands now: a few dozen rows are read, however many messages there are."""
    with house(request).connection() as conn:
        return _progress(conn, store.get(conn, key))


@router.get("/{key}/results", dependencies=[right("journeys.read")])
async def results(
    request: Request,
    key: str,
    event: Annotated[Text, Query(min_length=1)] = "Order Completed",
    hours: Annotated[float, Query(gt=0, le=2160)] = 72,
) -> list[Result]:
    """What its people did in so many hours after it, beside those who were held out.

    Raises delivery.broadcast_unknown (404), segments.too_slow, segments.too_costly (503).
    """
    found = await asking.while_there(
        request, lambda client: _results(house(request), client, key, event, hours)
    )
    return [
        Result(
            variant=one.name,
            reached=one.reached,
            converted=one.converted,
            rate=one.converted / one.reached if one.reached else 0.0,
            low=one.share[1],
            high=one.share[2],
            lift=Lift(lift=one.lift.lift, low=one.lift.low, high=one.lift.high)
            if one.lift
            else None,
        )
        for one in found
    ]


def _results(
    mine: House, client: Client, key: str, event: str, hours: float
) -> list[measured.Reached]:
    with mine.connection() as conn:
        return measured.results(conn, client, store.get(conn, key), event, hours)


def _by(request: Request) -> str:
    reader = reader_of(request)
    return f"{reader.kind} {reader.id}"


def _progress(conn: Connection, kept: Kept) -> Progress:
    stopped = is_stopped(conn, kept.key)
    return Progress.model_validate(tell.told(kept, progress(conn, kept), stopped=stopped))


def _facts(one: Kept) -> dict[str, Any]:
    return {
        "number": one.number, "key": one.key, "name": one.wanted.name, "status": one.status,
        "version": one.version, "audience": one.audience, "starts_at": one.starts_at,
        "finished_at": one.finished_at, "changed_at": one.changed_at, "changed_by": one.author,
    }  # fmt: skip


def _planned(request: Request, plan: Plan) -> Planned:
    return Planned(
        key=plan.wanted.key,
        change=plan.change,
        version=plan.number,
        speaks=[
            Speaks(
                name=one.name,
                message=one.message,
                version=one.version,
                channels=[channel for channel, _ in one.routes],
            )
            for one in plan.speaks
        ],
        said=plan.say(locale_of(request)),
    )
