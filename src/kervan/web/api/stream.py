"""What is going on, for a tab that stays open: one stream of Server-Sent Events for all topics."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from weakref import WeakKeyDictionary

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, TypeAdapter

from kervan.delivery.broadcasts import store, tell
from kervan.delivery.broadcasts.count import progress
from kervan.delivery.broadcasts.run import is_stopped
from kervan.insight import live as report
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.web.api import journeys, live, sample
from kervan.web.auth import may, right
from kervan.web.hub import Hub, Topic
from kervan.web.reader import session_of
from kervan.web.state import House, house

# A stream has no end, so it is not for programs that call each operation of the document.
router = APIRouter(prefix="/v1/stream", include_in_schema=False)
_MOST_TOPICS = 20
_MOST_AT_WORK = 20
"""Broadcasts that are told of: each costs a few dozen rows a second."""


class Heard(BaseModel):
    """How much a source has sent, and when it was heard last (ms UTC)."""

    source: int
    events: int
    latest_ms: int


_HEARD = TypeAdapter(list[Heard])
_STANDING = TypeAdapter(list[journeys.Standing])


def _live(mine: House) -> bytes:
    return live.now(mine).model_dump_json().encode()


def _sample(mine: House) -> bytes:
    return sample.now(mine).model_dump_json().encode()


_looks: WeakKeyDictionary[House, report.Sources] = WeakKeyDictionary()


def _sources(mine: House) -> bytes:
    looking = _looks.setdefault(mine, report.Sources())
    found = looking.look(mine.history, clock.now_ms())
    return _HEARD.dump_json(
        [Heard(source=one.source, events=one.events, latest_ms=one.latest_ms) for one in found]
    )


def _broadcasts(mine: House) -> bytes:
    """How each broadcast stands that is at work, or ended a moment ago."""
    with mine.connection() as conn:
        told = [
            tell.told(one, progress(conn, one), stopped=is_stopped(conn, one.key))
            for one in store.watched(conn, clock.now(), _MOST_AT_WORK)
        ]
    return msgspec.json.encode(told)


def _journeys(mine: House) -> bytes:
    return _STANDING.dump_json(journeys.standing(mine))


# topic: (the right it takes, what gives its state as JSON, seconds between two looks)
TOPICS: dict[str, tuple[str, Callable[[House], bytes], float]] = {
    "live": ("live.read", _live, 1.0),
    "broadcasts": ("journeys.read", _broadcasts, 1.0),
    "sample": ("live.read", _sample, 1.0),
    "sources": ("sources.manage", _sources, 1.0),
    "journeys": ("journeys.read", _journeys, 2.0),  # counts everybody inside, so not too often
}


@router.get("", dependencies=[right("self.manage")])
async def stream(request: Request, topics: str = "") -> StreamingResponse:
    """The state of each of the `topics` (joined by commas), at once and whenever it changes.

    Raises web.topic_unknown (404), web.not_allowed (403), web.busy (503).
    """
    wanted = sorted({one for one in topics.split(",") if one})[:_MOST_TOPICS]
    for one in wanted or [""]:  # a stream of nothing would only stay open
        if one not in TOPICS:
            raise KervanError("web.topic_unknown", status=404, topic=one[:60])
        needed = TOPICS[one][0]
        if not may(request, needed):
            raise KervanError("web.not_allowed", status=403, right=needed)
    hub = _hub(request)
    hub.check_room()

    def still() -> bool:
        """Whether the session has not been ended meanwhile; keys live longer than an hour."""
        with suppress(KervanError):  # a database that is away ends no session
            return "cookie" not in request.headers or session_of(request) is not None
        return True

    # A proxy that collects would keep the news to itself.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    told = hub.told(wanted, still)
    return StreamingResponse(told, media_type="text/event-stream", headers=headers)


def _hub(request: Request) -> Hub:
    """The one hub of this process."""
    state, mine = request.app.state, house(request)
    if not hasattr(state, "hub"):
        state.hub = Hub(
            {
                name: Topic(partial(make, mine), seconds)
                for name, (_, make, seconds) in TOPICS.items()
            }
        )
    found: Hub = state.hub
    return found
