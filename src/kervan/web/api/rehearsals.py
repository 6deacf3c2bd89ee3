"""Rehearses a journey for whoever asks over the API, for as long as she waits for the answer."""

import asyncio
import threading
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from clickhouse_connect.driver.client import Client
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kervan.delivery.policy.definition import Policy
from kervan.delivery.policy.read import read
from kervan.journeys.rehearse.rehearse import Wanted, rehearse
from kervan.journeys.rehearse.report import Report
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.web import asking, audit
from kervan.web.auth import may, right
from kervan.web.state import House, house

router = APIRouter(prefix="/v1/rehearsals", tags=["journeys"])
LONGEST_DAYS = 92
_LIMIT_SECONDS = 60
_LOOK_SECONDS = 0.1
_room = threading.BoundedSemaphore(1)
"""One at a time in a process: each may take gigabytes."""


class Asked(BaseModel, extra="forbid"):
    """A journey's text and a window, at most 92 days; `to` itself is left out.

    `others`: the live journeys play too; else what they really sent counts. `policy` is tried
    instead of those that were in force. `sample` people are told of whole, chosen by `seed`, to
    those with the right people.read.
    """

    journey: Annotated[str, Field(min_length=1, max_length=200_000)]
    from_: Annotated[datetime, Field(alias="from")]
    to: datetime
    others: bool = False
    policy: dict[str, Any] | None = None
    sample: Annotated[int, Field(ge=0, le=50)] = 10
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1


class Rehearsal(BaseModel, extra="allow"):
    """What the journey would have done. Times are RFC 3339 in UTC, days are the workspace's.

    `outcomes` say what became of messages, by step, channel and reason; `reactions` are ranges by
    observed rates and no forecast; `caveats` name what could not be as it was.
    """

    journey: str
    entered: int
    people: int
    inside: int
    goals: int
    refused: list[dict[str, Any]]
    exits: dict[str, int]
    steps: list[dict[str, Any]]
    days: list[dict[str, Any]]
    hours: list[dict[str, Any]]
    outcomes: list[dict[str, Any]]
    held: list[dict[str, Any]]
    collisions: list[dict[str, Any]]
    weekly: list[dict[str, Any]]
    costs: list[dict[str, Any]]
    reactions: list[dict[str, Any]]
    caveats: list[str]
    sample: list[dict[str, Any]]


@router.post("", dependencies=[right("journeys.read")])
async def ask(request: Request, asked: Asked) -> Rehearsal:
    """Play a journey over the real history in memory: nothing is sent and nothing is kept.

    It ends when the reader closes the connection. Raises journeys.not_valid,
    journeys.rehearsal_window, journeys.rehearsal_future (422), journeys.rehearsal_busy (429),
    segments.too_slow and segments.too_costly (503).
    """
    audit.changed_nothing(request)
    mine, gone = house(request), threading.Event()
    wanted = _wanted(mine, asked, gone, tells=may(request, "people.read"))
    if not _room.acquire(blocking=False):
        raise KervanError("journeys.rehearsal_busy", status=429)
    try:
        job = asyncio.ensure_future(
            asking.while_there(request, lambda client: _play(mine, client, wanted), _LIMIT_SECONDS)
        )
        while not job.done():
            await asyncio.wait({job}, timeout=_LOOK_SECONDS)
            if await request.is_disconnected():
                gone.set()
    finally:
        _room.release()
    return Rehearsal.model_validate(msgspec.to_builtins(job.result()))


def _play(mine: House, client: Client, wanted: Wanted) -> Report:
    with mine.connection() as conn:
        return rehearse(conn, client, wanted)


def _wanted(mine: House, asked: Asked, gone: threading.Event, *, tells: bool) -> Wanted:
    def go_on() -> None:
        if gone.is_set():
            raise KervanError("web.gone", status=499)

    zone = ZoneInfo(mine.config.timezone)
    begin, end = (
        one if one.tzinfo else one.replace(tzinfo=zone) for one in (asked.from_, asked.to)
    )
    from_ms, to_ms = clock.to_ms(begin), clock.to_ms(end)
    if to_ms > clock.now_ms():
        raise KervanError("journeys.rehearsal_future", status=422)
    if to_ms - from_ms > LONGEST_DAYS * 86_400_000:
        raise KervanError("journeys.rehearsal_window", status=422, days=LONGEST_DAYS)
    policy: Policy | None = None if asked.policy is None else read(asked.policy)
    return Wanted(
        asked.journey, from_ms, to_ms, mine.config.workspace, mine.config.timezone,
        mine.config.country, asked.others, policy, asked.sample if tells else 0, asked.seed, go_on,
    )  # fmt: skip
