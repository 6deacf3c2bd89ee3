"""Pools of coupons and their codes; a till looks at a code and redeems it."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

import msgspec
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kervan.commerce.coupons import codes, pools, redeem
from kervan.commerce.coupons.pools import Kept, Pool
from kervan.commerce.coupons.redeem import Found
from kervan.kernel import clock, i18n
from kervan.web import audit
from kervan.web.api import body
from kervan.web.api.accept import Plain, Text
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.state import house

router = APIRouter(prefix="/v1", tags=["coupons"])


class Wanted(BaseModel):
    """A pool as it shall be: one value, as `kind` tells; amounts in the smallest unit."""

    name: Plain = Field(min_length=1, max_length=200)
    kind: Literal["percent", "amount", "words"]
    percent: int | None = Field(default=None, ge=1, le=100)
    amount_minor: int | None = Field(default=None, ge=1, le=10**12)
    currency: Plain = Field(default="", max_length=3)
    words: Plain = Field(default="", max_length=200)
    brand: Plain = Field(default="", max_length=100)
    most_per_person: int | None = Field(default=None, ge=1, le=2**31 - 1)
    valid_from: datetime | None = None
    valid_until: datetime | None = None


class Shown(Wanted):
    """A pool, and how many of its codes are free, reserved, given and redeemed."""

    key: str
    free: int
    reserved: int
    given: int
    redeemed: int


class Lines(BaseModel):
    """Codes of the shop's own."""

    codes: list[str]


class _Lines(msgspec.Struct, forbid_unknown_fields=True):
    codes: list[str]


class Refused(BaseModel):
    """A line that was not taken, its place from 1."""

    line: int
    code: str
    reason: str
    message: str


class Taken(BaseModel):
    """What came of a list: new codes, those the pool had already, and what was refused."""

    added: int
    known: int
    refused: list[Refused]


class Making(BaseModel):
    """How many codes to make; each # of the pattern becomes a random sign."""

    pattern: Plain = Field(min_length=3, max_length=64)
    count: int = Field(ge=1, le=codes.MOST_AT_ONCE)


class Made(BaseModel):
    """How many codes are new."""

    added: int


class Code(BaseModel):
    """A code as it stands: `redeemable`, or `problem` says why not."""

    code: str
    pool: str
    state: str
    redeemable: bool
    problem: str
    order_id: str
    redeemed_at: datetime | None
    kind: str
    percent: int | None
    amount_minor: int | None
    currency: str
    words: str
    valid_until: datetime | None


class Order(BaseModel):
    """The order that redeems a code; the same one may ask again."""

    order_id: Plain = Field(min_length=1, max_length=200)


@router.get("/coupons", dependencies=[right("journeys.read")])
def every(request: Request) -> list[Shown]:
    """All pools, by key, with their codes counted."""
    with house(request).connection() as conn:
        return [_shown(one) for one in pools.every(conn)]


@router.get("/coupons/{key}", dependencies=[right("journeys.read")])
def one(request: Request, key: Text) -> Shown:
    """One pool. Raises commerce.coupon_pool_unknown (404)."""
    with house(request).connection() as conn:
        return _shown(pools.get(conn, key))


@router.put("/coupons/{key}", dependencies=[right("coupons.manage")])
def save(request: Request, key: Text, wanted: Wanted) -> Shown:
    """Make or change a pool; codes that were given stay as they are.

    Raises commerce.coupon_pool_key and commerce.coupon_pool (422).
    """
    with house(request).connection() as conn:
        if pools.save(conn, Pool(key=key, **wanted.model_dump()), clock.now()):
            audit.record(conn, request, "coupons.changed", key=key)
        else:
            audit.changed_nothing(request)
        return _shown(pools.get(conn, key))


@router.post(
    "/coupons/{key}/codes",
    dependencies=[right("coupons.manage")],
    openapi_extra=body.described(Lines),
)
def upload(request: Request, key: Text, raw: body.Raw) -> Taken:
    """Add codes to a pool, at most 50,000 at once; each line is judged alone, and twice is once.

    Raises commerce.coupon_pool_unknown (404), commerce.coupon_too_many (422).
    """
    locale = locale_of(request)
    lines = body.read(raw, _Lines).codes
    with house(request).connection() as conn:
        taken = codes.upload(conn, key, lines)
        if taken.added:
            audit.record(conn, request, "coupons.added", key=key, count=taken.added)
        else:
            audit.changed_nothing(request)
    refused = [
        Refused(line=line, code=code, reason=why, message=i18n.say(why, locale))
        for line, code, why in taken.refused
    ]
    return Taken(added=taken.added, known=taken.known, refused=refused)


@router.post("/coupons/{key}/generate", dependencies=[right("coupons.manage")])
def generate(request: Request, key: Text, wanted: Making) -> Made:
    """Make new codes for a pool. Raises commerce.coupon_pool_unknown (404),
    commerce.coupon_pattern and commerce.coupon_pattern_short (422)."""
    with house(request).connection() as conn:
        added = codes.generate(conn, key, wanted.pattern, wanted.count)
        audit.record(conn, request, "coupons.added", key=key, count=added)
    return Made(added=added)


@router.get("/coupon-codes/{code}", dependencies=[right("coupons.redeem")])
def look(request: Request, code: Text) -> Code:
    """A code for a till, whatever the case of its letters. Raises commerce.coupon_unknown (404)."""
    with house(request).connection() as conn:
        return _code(request, redeem.find(conn, code))


@router.post("/coupon-codes/{code}/redeem", dependencies=[right("coupons.redeem")])
def spend(request: Request, code: Text, order: Order) -> Code:
    """Redeem a code by an order, once; the same order may ask again.

    Raises commerce.coupon_unknown (404), and (409) commerce.coupon_redeemed,
    commerce.coupon_not_given, commerce.coupon_not_yet and commerce.coupon_expired.
    """
    with house(request).connection() as conn:
        found, new = redeem.redeem(conn, code, order.order_id, clock.now())
        if new:
            audit.record(conn, request, "coupon.redeemed", pool=found.pool)
        else:
            audit.changed_nothing(request)
        return _code(request, found)


def _shown(kept: Kept) -> Shown:
    return Shown(**msgspec.structs.asdict(kept.pool), **asdict(kept.counts))


def _code(request: Request, found: Found) -> Code:
    problem = found.problem(clock.now())
    facts: dict[str, Any] = {"coupon": found.code, "at": found.redeemed_at or found.valid_until}
    told = {name: value for name, value in asdict(found).items() if name in Code.model_fields}
    return Code(
        **told,
        redeemable=not problem,
        problem=i18n.say(problem, locale_of(request), **facts) if problem else "",
    )
