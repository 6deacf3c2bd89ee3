"""The people of a broadcast: whom it would reach and why not the others, and who is behind what
became of its messages."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from clickhouse_connect.driver.client import Client
from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from kervan.delivery.broadcasts import act, behind, store, tried, who
from kervan.delivery.broadcasts.tried import Trial
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


class Group(BaseModel):
    """Some people: how many, by channel how many of them may and can be written to, and how many
    by any of those channels."""

    people: int
    reach: dict[str, int]
    reached: int


class Tried(BaseModel):
    """A variant of a test: those who try it (`mine`), and those who wait for the winner (`rest`),
    if it is this one. Who is held out is in neither."""

    name: str
    message: str
    channels: list[str]
    mine: Group
    rest: Group


class Headcount(BaseModel):
    """Whom it would reach if it started now: all, and by channel who may and can be written to.

    Of several variants `reach`, `channels` and `missed` are told as if all got the one that is
    asked about (else the first); `variants` has who really gets each.
    """

    count: int
    reach: dict[str, int]
    channels: list[str]
    missed: list[Missed]
    held_out: int = 0
    variants: list[Tried] = []


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
async def headcount(request: Request, key: str, variant: Text = "") -> Headcount:
    """Count whom it would reach if it started now; asking ends when the reader goes away.

    Raises delivery.broadcast_unknown, delivery.broadcast_variant_unknown (404), segments.too_slow,
    segments.too_costly (503).
    """
    asked, whom = await run_in_threadpool(_asked, request, key)
    at_ms = clock.now_ms()

    def count(client: Client) -> tuple[act.Headcount, Trial | None]:
        return act.count(client, asked, at_ms, variant), act.try_out(client, asked, at_ms)

    told, trial = await asking.while_there(request, count)
    return Headcount(
        held_out=trial.held_out if trial else 0,
        variants=[
            Tried(
                name=one.name, message=one.message, channels=list(one.channels),
                mine=_group(one.mine), rest=_group(one.rest),
            )
            for one in (trial.variants if trial else ())
        ],
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
    )  # fmt: skip


def _group(one: tried.Group) -> Group:
    return Group(people=one.people, reach=dict(one.reach), reached=one.reached)


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
