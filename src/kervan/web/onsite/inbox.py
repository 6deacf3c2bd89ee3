"""The inbox for pages and apps: listed, read, put away, and told when something new is there."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Annotated, Literal

import psycopg
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from kervan.kernel import clock, log
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.onsite import identity, inbox
from kervan.onsite.mark import mark as note
from kervan.profiles import read as profiles
from kervan.web.onsite import door
from kervan.web.state import House, house

router = APIRouter(include_in_schema=False)
_log = log.get("web")
_LOOK_SECONDS = 1.0
_LONGEST_SECONDS = 300.0
_ALIVE_SECONDS = 20.0
_MOST_LISTENERS = 2_000
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
    """Her messages, the newest first, from behind `cursor`. Raises onsite.not_proved (401)."""
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

    Raises onsite.not_proved (401), onsite.inbox_unknown (404).
    """
    mine = house(request)
    at = clock.now()
    with mine.connection() as conn:
        note(conn, _head(request, mine, conn), message, state, at)
    return door.answer({}, door.cors(None, request))


@router.get("/onsite/v1/inbox/stream")
async def stream(request: Request) -> StreamingResponse:
    """An event for each time something new is in her inbox (Server-Sent Events, for a while).

    Raises onsite.not_proved (401), web.busy (503).
    """
    mine = house(request)
    people = await asyncio.to_thread(_atoms, request, mine)
    ear = _listening(request, mine).listen(people)
    headers = {
        **door.cors(None, request),
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",  # a proxy that collects would keep the news to itself
    }
    return StreamingResponse(_told(ear), media_type="text/event-stream", headers=headers)


def _head(request: Request, mine: House, conn: Connection) -> int:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    given = token.strip() if scheme.lower() == "bearer" else ""
    return identity.person(conn, mine.keys, mine.config.country, given, clock.now())


def _atoms(request: Request, mine: House) -> list[int]:
    with mine.connection() as conn:
        return profiles.parts(conn, _head(request, mine, conn))


class _Ear:
    """One open stream: whom it is about, and what woke it."""

    def __init__(self, people: Sequence[int], watch: "_Watch") -> None:
        self.people = tuple(people)
        self.news = asyncio.Event()
        self._watch = watch

    def close(self) -> None:
        """Listen no more."""
        self._watch.ears.discard(self)


class _Watch:
    """Looks for everybody who listens to this process, in one question a second."""

    def __init__(self, mine: House) -> None:
        self._house = mine
        self._task: asyncio.Task[None] | None = None
        self._seen: dict[int, int] = {}
        self.ears: set[_Ear] = set()

    def listen(self, people: Sequence[int]) -> _Ear:
        """An ear for what is new from now on. Raises web.busy (503)."""
        if len(self.ears) >= _MOST_LISTENERS:
            raise KervanError("web.busy", status=503)
        ear = _Ear(people, self)
        self.ears.add(ear)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        return ear

    async def _look(self) -> None:
        while self.ears:
            people = sorted({person for ear in self.ears for person in ear.people})
            with suppress(psycopg.Error, KervanError):
                self._tell(people, await asyncio.to_thread(self._newest, people))
            await asyncio.sleep(_LOOK_SECONDS)
        self._seen.clear()

    def _newest(self, people: list[int]) -> dict[int, int]:
        with self._house.connection() as conn:
            return inbox.newest(conn, people)

    def _tell(self, asked: list[int], found: dict[int, int]) -> None:
        """Wake those for whom something came since she was looked for first."""
        moved = {one for one in asked if found.get(one, 0) > self._seen.get(one, 2**63)}
        self._seen = {one: found.get(one, 0) for one in asked}
        for ear in self.ears:
            if moved.intersection(ear.people):
                ear.news.set()


def _listening(request: Request, mine: House) -> _Watch:
    """The one watch of this process."""
    state = request.app.state
    if not hasattr(state, "inbox_watch"):
        state.inbox_watch = _Watch(mine)
    found: _Watch = state.inbox_watch
    return found


async def _told(ear: _Ear) -> AsyncIterator[str]:
    """What a stream says: at once that it is open, then each time something is new."""
    until = clock.monotonic() + _LONGEST_SECONDS
    try:
        yield 'data: {"new": false}\n\n'
        while clock.monotonic() < until:
            try:
                async with asyncio.timeout(_ALIVE_SECONDS):
                    await ear.news.wait()
            except TimeoutError:
                yield ": still here\n\n"
                continue
            ear.news.clear()
            yield 'data: {"new": true}\n\n'
    finally:
        ear.close()
