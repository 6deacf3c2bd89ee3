"""Who is told of a segment: the one receiver outside to which entering and leaving are sent."""

from datetime import datetime
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.segments.sync import store
from kervan.web import audit
from kervan.web.api import body
from kervan.web.api.segment_trees import author
from kervan.web.auth import right
from kervan.web.state import house

router = APIRouter(tags=["segments"])


class NewReceiver(BaseModel, extra="forbid"):
    """Where a segment is to be told to; `new_secret` takes another secret for the same URL."""

    url: str
    new_secret: bool = False


class Receiver(BaseModel):
    """A receiver and how far it has come.

    `state` is active, failing (its last answer was no 2xx; `problem` is a code), stopped (it failed
    for three days, or said 410; without a `problem` somebody stopped it), filling (who belongs to
    the segment is still being found) or paused (the segment is archived). `known` people were
    acknowledged, up to batch `sequence`.
    """

    url: str
    state: str
    problem: str
    sequence: int
    known: int
    told_at: datetime | None
    failing_since: datetime | None
    next_attempt_at: datetime | None


class Made(Receiver):
    """The same with its secret when it is new: it is shown this one time."""

    secret: str | None


class _New(msgspec.Struct, forbid_unknown_fields=True):
    url: str
    new_secret: bool = False


@router.get("/{key}/sync", dependencies=[right("segments.read")])
def one_receiver(request: Request, key: str) -> Receiver:
    """The receiver of a segment. Raises segments.not_found and segments.sync_none (404)."""
    with house(request).connection() as conn:
        return Receiver(**_facts(conn, store.get(conn, key)))


@router.put(
    "/{key}/sync",
    dependencies=[right("segments.manage")],
    openapi_extra=body.described(NewReceiver),
)
def sync(request: Request, key: str, raw: body.Raw) -> Made:
    """Tell a receiver who enters and leaves a segment; all members come first.

    The same URL again goes on after a stop; another begins from nothing. Raises
    segments.not_found (404), segments.is_archived (409), segments.sync_https and
    kernel.url_not_allowed (400).
    """
    new, mine = body.read(raw, _New), house(request)
    by = author(request)
    with mine.connection() as conn:
        made, secret = store.put(conn, mine.keys, key, new.url, by, new_secret=new.new_secret)
        audit.record(conn, request, "segment.synced", key=key, new_secret=bool(secret))
        return Made(**_facts(conn, made), secret=secret or None)


@router.post("/{key}/sync/pause", status_code=204, dependencies=[right("segments.manage")])
def pause(request: Request, key: str) -> None:
    """Tell the receiver nothing until the same URL is given again; what it knows is kept.

    Raises segments.not_found and segments.sync_none (404).
    """
    with house(request).connection() as conn:
        if store.pause(conn, key):
            audit.record(conn, request, "segment.sync_paused", key=key)
        audit.changed_nothing(request)


@router.post("/{key}/sync/again", dependencies=[right("segments.manage")])
def again(request: Request, key: str) -> Receiver:
    """Try the batch that waits at once, also when its receiver had been given up.

    It is the same batch under the same id. Raises segments.not_found, segments.sync_none (404).
    """
    with house(request).connection() as conn:
        one = store.again(conn, key, clock.now())
        audit.record(conn, request, "segment.sync_again", key=key)
        return Receiver(**_facts(conn, one))


@router.delete("/{key}/sync", status_code=204, dependencies=[right("segments.manage")])
def end(request: Request, key: str) -> None:
    """Tell nobody of a segment any more. Raises segments.not_found, segments.sync_none (404)."""
    with house(request).connection() as conn:
        store.end(conn, key)
        audit.record(conn, request, "segment.sync_ended", key=key)


def _facts(conn: Connection, one: store.Sync) -> dict[str, Any]:
    return {
        "url": one.url,
        "state": one.state,
        "problem": one.problem,
        "sequence": one.sequence - one.is_pending,
        "known": store.known(conn, one),
        "told_at": one.told_at,
        "failing_since": one.failing_since,
        "next_attempt_at": one.next_at if one.state == store.FAILING else None,
    }
