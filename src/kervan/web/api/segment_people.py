"""Segments and one person: which she is in, and why; and how a segment grew."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.segments.definitions import naming, store
from kervan.segments.describe import describe
from kervan.segments.live import counts, sizes
from kervan.segments.live import store as membership
from kervan.segments.tree import Member
from kervan.segments.why import Known, Reason, why
from kervan.web import audit
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.state import house

router = APIRouter(tags=["segments"])
_MOST_DAYS = 400


class Mine(BaseModel):
    """A segment somebody is in."""

    key: str
    name: str


class Because(BaseModel):
    """One group or condition: its place in the tree, in words, and what was found.

    `said` is null where nothing is known; instants are milliseconds. `until` is the earliest
    instant at which time alone may change `holds`.
    """

    path: str
    depth: int
    sentence: str
    condition: dict[str, Any]
    holds: bool
    said: float | str | bool | None
    until: datetime | None


class Why(BaseModel):
    """Whether she is in by the segment's tree now, whether membership says so, and why."""

    inside: bool
    is_member: bool
    because: list[Because]


class Day(BaseModel):
    """One day of a segment: how many were in at its end, who entered and left in it."""

    day: date
    members: int
    entered: int
    left: int


@router.get("/v1/people/{person}/segments", dependencies=[right("people.read")])
def segments_of(request: Request, person: UUID) -> list[Mine]:
    """The segments a person is in now, by key. Raises web.person_unknown (404)."""
    with house(request).connection() as conn:
        found = membership.of_person(conn, _head(conn, person))
    return [Mine(key=key, name=name) for key, name in found]


@router.get("/v1/segments/{key}/why", dependencies=[right("people.read")])
def why_inside(request: Request, key: str, person: UUID) -> Why:
    """Why a person is in a segment, or is not: every condition with what was found of her.

    Raises segments.not_found (404), segments.is_a_list (409) and web.person_unknown (404).
    """
    mine, locale = house(request), locale_of(request)
    with mine.connection() as conn:
        segment = store.get(conn, key)
        if segment.tree is None:
            raise KervanError("segments.is_a_list", status=409, key=key)
        head = _head(conn, person)
        known = Known(store.trees(conn), store.lists(conn))
        found = why(conn, mine.history, head, segment.tree, known, clock.now_ms())
        if not found:
            raise KervanError("web.person_unknown", status=404, person=str(person))
        kept = {name for name, _ in membership.of_person(conn, head)}
        names = naming.names(conn, locale)
        audit.record(conn, request, "segment.why_asked", key=key, person=str(person))
    return Why(
        inside=found[0].holds,
        is_member=key in kept,
        because=[_because(one, describe(one.node, locale, names)) for one in found],
    )


@router.get("/v1/segments/{key}/days", dependencies=[right("segments.read")])
def days_of(
    request: Request, key: str, days: Annotated[int, Query(ge=1, le=_MOST_DAYS)] = 30
) -> list[Day]:
    """How many people a segment had on each of the last days. Raises segments.not_found (404)."""
    mine = house(request)
    with mine.connection() as conn:
        segment = store.get(conn, key)
        count = membership.count(conn, segment.number)
    if segment.tree is None:
        count = counts.listed(mine.history).get(segment.number, 0)
    found = sizes.sizes(mine.history, key, count, mine.config.timezone, clock.now_ms(), days)
    return [Day(day=one.day, members=one.members, entered=one.entered, left=one.left)
            for one in found]  # fmt: skip


def _head(conn: Connection, person: UUID) -> int:
    number = profiles.by_id(conn, person)
    head = profiles.heads(conn, [number]).get(number, 0)
    if not head:
        raise KervanError("web.person_unknown", status=404, person=str(person))
    return head


def _because(one: Reason, sentence: str) -> Because:
    condition: dict[str, Any] = msgspec.to_builtins(one.node)
    if not isinstance(one.node, Member) and "of" in condition:
        condition = {"kind": condition["kind"]}  # its parts follow, each by itself
    until = clock.from_ms(one.flip_at_ms) if one.flip_at_ms is not None else None
    return Because(
        path=one.path, depth=one.depth, sentence=sentence, condition=condition, holds=one.holds,
        said=one.said, until=until,
    )  # fmt: skip
