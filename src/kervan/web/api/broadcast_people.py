"""The people of a broadcast: whom it would reach and why not the others, and who is behind what
became of its messages."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from kervan.delivery.broadcasts import act, behind, store, who
from kervan.kernel import clock
from kervan.profiles import read as profiles
from kervan.segments.tree import All
from kervan.web import asking, mask
from kervan.web.api.accept import Number32, Text
from kervan.web.auth import right
from kervan.web.state import house

router = APIRouter(tags=["broadcasts"])
Of = Literal[
    "reached", "waiting", "held_out", "not_sent",
    "delivered", "opened", "clicked", "unsubscribed", "complained", "bounced",
]  # fmt: skip


class Missed(BaseModel):
    """Whom a channel ("": none that is counted) would not reach: no_address, suppressed, no_consent
    or nothing_reaches. `tree` is who they are, as POST /v1/people/list takes it."""

    channel: str
    reason: str
    count: int
    tree: dict[str, Any]


class Headcount(BaseModel):
    """Whom it would reach if it started now: all, and by channel who may and can be written to."""

    count: int
    reach: dict[str, int]
    channels: list[str]
    missed: list[Missed]


class One(BaseModel):
    """Somebody behind a number: when it last became so."""

    person: uuid.UUID
    first_name: str
    at: datetime


class Some(BaseModel):
    """A piece of the people behind a number; `after` asks for the next, null: there is no more."""

    people: list[One]
    after: int | None


@router.get("/{key}/headcount", dependencies=[right("journeys.read")])
async def headcount(request: Request, key: str) -> Headcount:
    """Count whom it would reach if it started now; asking ends when the reader goes away.

    Raises delivery.broadcast_unknown (404), segments.too_slow, segments.too_costly (503).
    """
    (core, speaks), whom = await run_in_threadpool(_asked, request, key)
    at_ms = clock.now_ms()
    told = await asking.while_there(request, lambda client: act.count(client, core, speaks, at_ms))
    return Headcount(
        count=told.count,
        reach=dict(told.reach),
        channels=list(told.channels),
        missed=[
            Missed(
                channel=why.channel,
                reason=why.reason,
                count=count,
                tree=msgspec.to_builtins(All((*whom.of, why.who))),
            )
            for why, count in told.missed
        ],
    )


@router.get("/{key}/people", dependencies=[right("people.read")])
def people(
    request: Request,
    key: str,
    of: Of,
    reason: Text = "",
    after: Number32 = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> Some:
    """The people behind a number of its progress, in no order that says anything.

    Of those not sent to `reason` is one of the progress's. Names are masked for readers without the
    right people.reveal. Raises delivery.broadcast_unknown (404).
    """
    mine = house(request)
    with mine.connection() as conn:
        kept = store.get(conn, key)
        found = behind.people(conn, kept.number, behind.Asked(of, reason, after, limit))
        heads = profiles.heads(conn, {one.person for one in found})
        seen = mask.people(
            request, conn, profiles.contacts(conn, mine.keys, sorted(set(heads.values())))
        )
    told = [(one, seen.get(heads.get(one.person, one.person))) for one in found]
    return Some(
        people=[
            One(person=someone.id, first_name=someone.first_name, at=one.at)
            for one, someone in told
            if someone is not None  # erased since
        ],
        after=found[-1].person if len(found) == limit else None,
    )


def _asked(request: Request, key: str) -> tuple[act.Asked, All]:
    with house(request).connection() as conn:
        return act.asked(conn, key), who.audience(store.get(conn, key).wanted)
