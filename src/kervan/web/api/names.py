"""The names of events, traits and properties, offered as one types a rule."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from kervan.kernel import clock
from kervan.segments import names
from kervan.segments.names import Name
from kervan.segments.zones import DAY_MS
from kervan.web.api.kept import Kept
from kervan.web.auth import right
from kervan.web.state import House, house

router = APIRouter(prefix="/v1/names", tags=["segments"])
_FRESH_SECONDS = 60
_DAYS = 400
_MOST_ASKED = 500
Starts = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=_MOST_ASKED)]


class Known(BaseModel):
    """A name; `sort` is what its values commonly are, `times` how many events have it."""

    name: str
    sort: Literal["text", "number", "flag", "date", "other"]
    times: int


_kept: Kept[list[Name]] = Kept(least_seconds=_FRESH_SECONDS, oldest_seconds=0)


@router.get("/events", dependencies=[right("segments.read")])
def event_names(request: Request, starts: Starts = "", limit: Limit = 50) -> list[Known]:
    """Names of events that begin with a text, or of which a word does; the most frequent first.

    Names are a minute old at most. So it is for traits and properties.
    """
    mine = house(request)
    found = _kept.get((mine, "events"), lambda: names.events(mine.history))
    return _told(found.answer, starts, limit)


@router.get("/traits", dependencies=[right("segments.read")])
def trait_names(request: Request, starts: Starts = "", limit: Limit = 50) -> list[Known]:
    """Names of traits of the first and the latest 100,000 people; nested ones with points."""
    mine = house(request)
    found = _kept.get((mine, "traits"), lambda: names.traits(mine.history))
    return _told(found.answer, starts, limit)


@router.get("/properties", dependencies=[right("segments.read")])
def property_names(
    request: Request,
    starts: Starts = "",
    event: Annotated[list[str] | None, Query(max_length=10)] = None,
    limit: Limit = 50,
) -> list[Known]:
    """Names of properties of some events of the last 400 days, of all names or of these ones."""
    mine, of = house(request), tuple(sorted({one[:200] for one in event or []}))
    found = _kept.get((mine, of), lambda: _properties(mine, of))
    return _told(found.answer, starts, limit)


def _properties(mine: House, of: tuple[str, ...]) -> list[Name]:
    return names.properties(mine.history, of, clock.now_ms() - _DAYS * DAY_MS)


def _told(found: list[Name], starts: str, limit: int) -> list[Known]:
    return [
        Known(name=one.name, sort=one.sort, times=one.times)
        for one in names.starting(found, starts, limit)
    ]
