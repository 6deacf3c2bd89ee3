"""The sample shop: a real shop's orders in an empty workspace, to look around with; out again."""

from datetime import timedelta

from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.collect import sample, sources
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.privacy import unload
from kervan.web import audit
from kervan.web.auth import right
from kervan.web.reader import reader_of
from kervan.web.state import House, house

router = APIRouter(prefix="/v1/sample", tags=["sources"])


class Sample(BaseModel):
    """`possible`: nobody is known here yet, and none was asked for. `state` is none, loading,
    loaded or removing; `sent` of `wanted` invoices are in, under the source of number `source`."""

    possible: bool
    state: str
    source: int | None
    sent: int
    wanted: int


class Contents(BaseModel):
    """What goes when the sample shop is taken out: people, orders and products that only it told
    of. `staying` are people whom it knows and another source knows as well: they stay, without
    what it told of them."""

    people: int
    staying: int
    orders: int
    products: int


def now(mine: House) -> Sample:
    """How it stands."""
    with mine.connection() as conn:
        found = sample.find(conn)
        if found is None:
            return Sample(possible=sample.may_begin(conn), state="none", source=None, sent=0,
                          wanted=sample.INVOICES)  # fmt: skip
        return _told(found)


def _told(found: sample.Sample) -> Sample:
    state = "loaded" if found.ended_at else "loading"
    state = "removing" if found.removing_at else state
    return Sample(possible=False, state=state, source=found.source, sent=found.sent,
                  wanted=found.wanted)  # fmt: skip


@router.get("", dependencies=[right("live.read")])
def stands(request: Request) -> Sample:
    """Whether there is a sample shop, or may be, and how far it is."""
    return now(house(request))


@router.post("", status_code=202, dependencies=[right("people.import")])
def load(request: Request) -> Sample:
    """Bring the sample shop in: a year of orders that ends yesterday.

    The worker does it within a minute or two, also after a restart. Raises
    collect.sample_not_empty (409).
    """
    mine, at = house(request), clock.now()
    with mine.connection() as conn:
        # No buyer of Europe is in tomorrow when it is yesterday everywhere else.
        last_day = at.date() - timedelta(days=1)
        by = str(reader_of(request).owner)
        told = _told(sample.begin(conn, mine.config.workspace, by, last_day, at))
        audit.record(conn, request, "sample.begun", source=told.source)
    sources.settle()
    return told


@router.get("/contents", dependencies=[right("live.read")])
def contents(request: Request) -> Contents:
    """What would go with the sample shop. Raises collect.sample_none (409)."""
    mine = house(request)
    with mine.connection() as conn:
        found = sample.find(conn)
        if found is None:
            raise KervanError("collect.sample_none", status=409)
        told = unload.contents(conn, mine.history, found, mine.config.workspace)
    return Contents(**told._asdict())


@router.post("/remove", status_code=202, dependencies=[right("privacy.erase")])
def remove(request: Request) -> Sample:
    """Take the sample shop out: all that only it told of, and nobody else's.

    The worker does it within a minute or two, also after a restart; asking again changes nothing.
    What was made meanwhile (segments, journeys, messages) stays. Raises collect.sample_none (409).
    """
    with house(request).connection() as conn:
        before = sample.find(conn)
        found = sample.remove(conn, clock.now())
        if before is not None and before.removing_at is not None:
            audit.changed_nothing(request)
        else:
            audit.record(conn, request, "sample.removal_begun", source=found.source)
        return _told(found)
