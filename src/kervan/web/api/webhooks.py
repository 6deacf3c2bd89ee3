"""Webhooks that go out: the receivers of segments and the calls of journeys, with their log."""

import uuid
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from kervan.delivery import read
from kervan.delivery.states import State
from kervan.kernel import i18n
from kervan.segments.sync import attempts, store
from kervan.web.api.accept import Number64, Text
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])
Limit = Annotated[int, Query(ge=1, le=200)]


class SegmentReceiver(BaseModel):
    """Who is told of a segment's members, and how far it has come; `said` is `problem` in words.

    `state` is active, failing, stopped, filling or paused, as GET /v1/segments/{key}/sync has it.
    `private` ones lie in the operator's own network and are set on the command line only.
    """

    segment: str
    url: str
    private: bool
    state: str
    problem: str
    said: str
    sequence: int
    known: int
    told_at: datetime | None
    failing_since: datetime | None
    next_attempt_at: datetime | None


class Telling(BaseModel):
    """One call to a segment's receiver: `said` is what became of it, `ok` whether it was taken.

    `attempt` counts those of the same batch; `next_at` is when the next one was meant to be.
    """

    id: int
    segment: str
    name: str
    batch: str
    sequence: int
    attempt: int
    url: str
    added: int
    removed: int
    at: datetime
    took_ms: int
    ok: bool
    said: str
    next_at: datetime | None


class WebhookCall(BaseModel):
    """One call of a journey's step; its id is the webhook-id. `said` is why it did not go.

    `next_at` is when it is tried for the first time or again, None when it has ended.
    """

    id: uuid.UUID
    journey: str
    step: str
    state: str
    reason: str
    said: str
    intended_at: datetime
    handed_at: datetime | None
    attempts: int
    next_at: datetime | None


@router.get("/receivers", dependencies=[right("channels.read")])
def receivers(request: Request) -> list[SegmentReceiver]:
    """The receivers of all segments, by the segment's key."""
    locale = locale_of(request)
    with house(request).connection() as conn:
        return [
            SegmentReceiver(
                segment=one.key, url=one.url, private=one.is_private, state=one.state,
                problem=one.problem,
                said=attempts.say(one.problem, locale) if one.problem else "",
                sequence=one.sequence - one.is_pending, known=store.known(conn, one),
                told_at=one.told_at, failing_since=one.failing_since,
                next_attempt_at=one.next_at if one.state == store.FAILING else None,
            )
            for one in store.every(conn)
        ]  # fmt: skip


@router.get("/attempts", dependencies=[right("channels.read")])
def told(
    request: Request, segment: Text = "", before: Number64 = 0, limit: Limit = 100
) -> list[Telling]:
    """What was said to receivers, the latest first, going on behind the attempt `before`.

    Of each segment the latest three hundred are kept.
    """
    locale = locale_of(request)
    with house(request).connection() as conn:
        found = attempts.latest(conn, segment, before, limit)
    return [
        Telling(
            id=one.id, segment=one.segment, name=one.name, batch=one.batch, sequence=one.sequence,
            attempt=one.attempt, url=one.url, added=one.added, removed=one.removed, at=one.at,
            took_ms=one.took_ms, ok=not one.problem, said=attempts.say(one.problem, locale),
            next_at=one.next_at,
        )
        for one in found
    ]  # fmt: skip


@router.get("/calls", dependencies=[right("channels.read")])
def calls(
    request: Request, before: uuid.UUID | None = None, limit: Limit = 100
) -> list[WebhookCall]:
    """What journeys called, the latest first, going on behind the call `before`.

    What a call said is not told here: it may name a person.
    """
    locale = locale_of(request)
    with house(request).connection() as conn:
        found = read.webhooks(conn, before, limit)
    return [
        WebhookCall(
            id=one.id, journey=one.journey, step=one.step, state=one.state.name.lower(),
            reason=one.reason, said=i18n.say(one.reason, locale) if one.reason else "",
            intended_at=one.intended_at, handed_at=one.handed_at, attempts=one.attempts,
            next_at=one.due_at if one.state is State.QUEUED else None,
        )
        for one in found
    ]  # fmt: skip
