"""The sample shop: a real shop's orders in an empty workspace, to look around with."""

from datetime import timedelta

from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.collect import sample, sources
from kervan.kernel import clock
from kervan.web import audit
from kervan.web.auth import right
from kervan.web.reader import reader_of
from kervan.web.state import House, house

router = APIRouter(prefix="/v1/sample", tags=["sources"])


class Sample(BaseModel):
    """`possible`: nobody is known here yet, and none was asked for. `state` is none, loading or
    loaded; `sent` of `wanted` invoices are in, under the source of number `source`."""

    possible: bool
    state: str
    source: int | None
    sent: int
    wanted: int


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
    return Sample(possible=False, state=state, source=found.source, sent=found.sent,
                  wanted=found.wanted)  # fmt: skip


@router.get("", dependencies=[right("live.read")])
def stands(request: Request) -> Sample:
    """Whether there is a sample shop, or may be, and how far it is."""
    return now(house(request))


@router.post("", status_code=202, dependencies=[right("people.import")])
def load(request: Request) -> Sample:
    """Bring the sample shop in: a year of orders that ends yesterday. It cannot be taken out again.

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
