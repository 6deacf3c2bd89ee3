"""Audiences on advertising platforms, and the orders these are told of."""

import uuid
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kervan.delivery.audiences import conversions, store, tell
from kervan.delivery.audiences.conversions import NewFeed
from kervan.delivery.audiences.store import New
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.privacy import transfers
from kervan.web import audit
from kervan.web.api.accept import Text
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.reader import reader_of
from kervan.web.state import House, house

router = APIRouter(prefix="/v1", tags=["audiences"])


class NewAudience(BaseModel, extra="forbid"):
    """Which segment is to be which audience.

    `account` is a channel account of meta_ads or google_ads, `target` the platform's id of the
    audience, `transfer` the entry of the register (`GET /v1/privacy/register`) under which data
    goes there. With a `brand` consent is asked for that brand.
    """

    account: Text
    target: Text
    segment: Text
    name: Text = ""
    brand: Text = ""
    transfer: uuid.UUID | None = None


class Audience(BaseModel):
    """An audience and how it stands.

    `state` is active, stopped (by `POST …/pause`), paused (the segment is archived, or is still
    being filled), failing (see `problem` and `said`; tried again at `next_attempt_at`) or ending
    (everybody is being taken off). `held` people are on it, of `coming` and `leaving` the platform
    has yet to hear; `refused` counts those whose data it could not use.
    """

    key: str
    name: str
    account: str
    target: str
    segment: str
    brand: str
    transfer: uuid.UUID | None
    state: str
    problem: str
    said: str
    held: int
    coming: int
    leaving: int
    refused: int
    told_at: datetime | None
    failing_since: datetime | None
    next_attempt_at: datetime | None


class NewConversions(BaseModel, extra="forbid"):
    """Where orders are to be told: `target` is the id of a data set (Meta) or a conversion action
    (Google). Those from now on are told, of buyers who agreed to be matched."""

    account: Text
    target: Text
    brand: Text = ""
    transfer: uuid.UUID | None = None


class Conversions(BaseModel):
    """A feed of orders and how it stands: `told` orders, and `left_out` ones (too late, refused,
    or their buyer took back her word)."""

    key: str
    account: str
    target: str
    brand: str
    transfer: uuid.UUID | None
    since: datetime
    problem: str
    said: str
    told: int = Field(ge=0)
    left_out: int = Field(ge=0)
    told_at: datetime | None
    failing_since: datetime | None


@router.get("/audiences", dependencies=[right("segments.read")])
def every(request: Request) -> list[Audience]:
    """All audiences, by key."""
    with house(request).connection() as conn:
        return [_audience(conn, one, locale_of(request)) for one in store.every(conn)]


@router.get("/audiences/{key}", dependencies=[right("segments.read")])
def one(request: Request, key: Text) -> Audience:
    """One audience. Raises delivery.audience_unknown (404)."""
    with house(request).connection() as conn:
        return _audience(conn, store.one(conn, key), locale_of(request))


@router.put("/audiences/{key}", dependencies=[right("audiences.manage")])
def put(request: Request, key: Text, wanted: NewAudience) -> Audience:
    """Keep a segment as an audience; it is begun within seconds.

    Raises delivery.ads_transfer (422) without a registered transfer, delivery.audience_* (409,
    422), delivery.account_unknown and segments.not_found (404), segments.is_archived (409).
    """
    mine = house(request)
    with mine.connection() as conn:
        _check(conn, mine, wanted.transfer, locale_of(request))
        new = New(
            key, wanted.name or key, wanted.account, wanted.target, wanted.segment, wanted.brand,
            wanted.transfer,
        )  # fmt: skip
        kept = store.put(conn, mine.keys, new, reader_of(request).name, clock.now())
        facts = {"key": key, "account": wanted.account, "segment": wanted.segment}
        audit.record(conn, request, "audience.put", **facts)
        return _audience(conn, kept, locale_of(request))


@router.delete("/audiences/{key}", status_code=202, dependencies=[right("audiences.manage")])
def end(request: Request, key: Text) -> dict[str, str]:
    """Take everybody off, and then forget the audience. Raises delivery.audience_unknown (404)."""
    with house(request).connection() as conn:
        store.end(conn, key, clock.now())
        audit.record(conn, request, "audience.ended", key=key)
    return {"key": key, "state": store.ENDING}


@router.post("/audiences/{key}/pause", dependencies=[right("audiences.manage")])
def pause(request: Request, key: Text) -> Audience:
    """Put nobody on and take nobody off until it is resumed, but for who took her word back.

    Raises delivery.audience_unknown (404), delivery.audience_ends (409).
    """
    with house(request).connection() as conn:
        return _turned(request, conn, *store.stop(conn, key), "audience.paused")


@router.post("/audiences/{key}/resume", dependencies=[right("audiences.manage")])
def resume(request: Request, key: Text) -> Audience:
    """Keep it the same as its segment again; raises as its pause."""
    with house(request).connection() as conn:
        return _turned(request, conn, *store.resume(conn, key, clock.now()), "audience.resumed")


def _turned(
    request: Request, conn: Connection, kept: store.Audience, turned: bool, deed: str
) -> Audience:
    if turned:
        audit.record(conn, request, deed, key=kept.key)
    else:
        audit.changed_nothing(request)
    return _audience(conn, kept, locale_of(request))


@router.get("/conversions", dependencies=[right("segments.read")])
def feeds(request: Request) -> list[Conversions]:
    """All feeds of orders, by key."""
    with house(request).connection() as conn:
        return [_feed(one, locale_of(request)) for one in conversions.every(conn)]


@router.put("/conversions/{key}", dependencies=[right("audiences.manage")])
def put_feed(request: Request, key: Text, wanted: NewConversions) -> Conversions:
    """Tell a platform of orders from now on.

    Raises delivery.ads_transfer (422) without a registered transfer, delivery.audience_* (409,
    422), delivery.account_unknown (404).
    """
    mine = house(request)
    with mine.connection() as conn:
        _check(conn, mine, wanted.transfer, locale_of(request))
        new = NewFeed(key, wanted.account, wanted.target, wanted.brand, wanted.transfer)
        kept = conversions.put(conn, mine.keys, new, reader_of(request).name, clock.now())
        audit.record(conn, request, "conversions.put", key=key, account=wanted.account)
        return _feed(kept, locale_of(request))


@router.delete("/conversions/{key}", status_code=204, dependencies=[right("audiences.manage")])
def end_feed(request: Request, key: Text) -> None:
    """Tell of no more orders there. Raises delivery.feed_unknown (404)."""
    with house(request).connection() as conn:
        conversions.end(conn, key)
        audit.record(conn, request, "conversions.ended", key=key)


def _check(conn: Connection, mine: House, transfer: uuid.UUID | None, locale: str) -> None:
    lacks = transfers.problem(conn, mine.config.country, transfer, clock.now())
    if lacks:
        said = tell.problem(lacks, locale)
        raise KervanError("delivery.ads_transfer", status=422, said=said, problem=lacks)


def _audience(conn: Connection, kept: store.Audience, locale: str) -> Audience:
    counts = store.counts(conn, kept)
    facts: dict[str, Any] = {
        name: getattr(kept, name)
        for name in (
            "key", "name", "account", "target", "brand", "transfer", "state", "problem", "refused",
            "told_at", "failing_since",
        )
    }  # fmt: skip
    return Audience(
        **facts,
        segment=kept.segment_key,
        said=tell.problem(kept.problem, locale),
        held=counts.held,
        coming=counts.coming,
        leaving=counts.leaving,
        next_attempt_at=kept.next_at if kept.failing_since else None,
    )


def _feed(kept: conversions.Feed, locale: str) -> Conversions:
    names = set(Conversions.model_fields) - {"said"}
    facts: dict[str, Any] = {name: getattr(kept, name) for name in names}
    return Conversions(**facts, said=tell.problem(kept.problem, locale))
