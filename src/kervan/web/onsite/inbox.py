"""The inbox for pages and apps: listed, read, put away, and told when something new is there."""

import asyncio
import uuid
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.onsite import identity, inbox
from kervan.onsite.mark import mark as note
from kervan.profiles import read as profiles
from kervan.web.onsite import door
from kervan.web.onsite.watch import Watch
from kervan.web.state import House, house

router = APIRouter(include_in_schema=False)
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization",
    "Access-Control-Max-Age": "7200",
}
Cursor = Annotated[str, Query(max_length=20, pattern=r"^\d*$")]


@router.options("/onsite/v1/inbox{rest:path}")
def preflight(request: Request, rest: str) -> Response:
    """Lets a page send the token in a header. `rest` may be any: nothing is told here."""
    del rest
    return Response(status_code=204, headers={**door.cors(None, request), **_PREFLIGHT})


@router.get("/onsite/v1/inbox")
def messages(request: Request, cursor: Cursor = "") -> Response:
    """Her messages, the newest first, from behind `cursor`.

    Raises onsite.not_proved (401), web.too_many_tries (429).
    """
    mine = house(request)
    with mine.connection() as conn:
        head = _head(request, mine, conn)
        before = min(int(cursor or 0), 2**63 - 1)
        found = inbox.page(conn, mine.keys, head, clock.now(), before)
    shown = [
        {"id": str(one.id), "at": one.at, "read": one.read, "title": one.title,
         "body": one.body, "url": one.url, "image": one.image}
        for one in found.messages
    ]  # fmt: skip
    whole = {
        "messages": shown,
        "cursor": str(found.cursor) if found.cursor else "",
        "unread": found.unread,
    }
    return door.answer(whole, door.cors(None, request))


@router.post("/onsite/v1/inbox/{message}/{state}")
def mark(request: Request, message: uuid.UUID, state: Literal["read", "archived"]) -> Response:
    """Say that she has read a message, or puts it away; doing it again is as good as once.

    Raises onsite.not_proved (401), onsite.inbox_unknown (404), web.too_many_tries (429).
    """
    mine = house(request)
    at = clock.now()
    with mine.connection() as conn:
        note(conn, _head(request, mine, conn), message, state, at)
    return door.answer({}, door.cors(None, request))


@router.get("/onsite/v1/inbox/stream")
async def stream(request: Request) -> StreamingResponse:
    """An event for each time something new is in her inbox (Server-Sent Events, for a while).

    Raises onsite.not_proved (401), web.too_many_tries (429), web.busy (503).
    """
    mine = house(request)
    people, place = await asyncio.to_thread(_atoms, request, mine)
    watch = _listening(request, mine)
    watch.check_room(people)
    headers = {
        **door.cors(None, request),
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",  # a proxy that collects would keep the news to itself
    }
    told = watch.told(people, place)
    return StreamingResponse(told, media_type="text/event-stream", headers=headers)


def _head(request: Request, mine: House, conn: Connection) -> int:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    given = token.strip() if scheme.lower() == "bearer" else ""
    head = identity.person(conn, mine.keys, mine.config.country, given, clock.now())
    door.slow_down(conn, mine.config.workspace, head)
    return head


def _atoms(request: Request, mine: House) -> tuple[list[int], int]:
    with mine.connection() as conn:
        people = profiles.parts(conn, _head(request, mine, conn))
        return people, max(inbox.newest(conn, people).values(), default=0)


def _listening(request: Request, mine: House) -> Watch:
    """The one watch of this process."""

    def newest(people: list[int]) -> dict[int, int]:
        with mine.connection() as conn:
            return inbox.newest(conn, people)

    state = request.app.state
    if not hasattr(state, "inbox_watch"):
        state.inbox_watch = Watch(newest)
    found: Watch = state.inbox_watch
    return found
