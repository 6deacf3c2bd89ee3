"""A broadcast's progress as it happens, by Server-Sent Events: nobody has to ask again."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from kervan.delivery.broadcasts import store, tell
from kervan.delivery.broadcasts.count import progress
from kervan.delivery.broadcasts.run import is_stopped
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.web.auth import right
from kervan.web.state import House, house

router = APIRouter(prefix="/v1/broadcasts", tags=["broadcasts"])
_EVERY_SECONDS, _QUIET_SECONDS, _LIFE_SECONDS = 1.0, 15.0, 3600.0
_MOST_LISTENERS = 100
"""In one process: each costs a few dozen rows a second."""
_ENDS = ("done", "cancelled")


@router.get("/{key}/live", dependencies=[right("journeys.read")])
async def live(request: Request, key: str) -> StreamingResponse:
    """An event `progress` at once, and with each change, at most one a second, until its end.

    Its data are those of `/progress`. It ends by itself after an hour: a browser's EventSource
    comes again. Raises delivery.broadcast_unknown (404), web.busy (503).
    """
    mine, state = house(request), request.app.state
    listeners = getattr(state, "broadcast_listeners", 0)
    if listeners >= _MOST_LISTENERS:
        raise KervanError("web.busy", status=503)
    first = await asyncio.to_thread(_told, mine, key)

    async def told() -> AsyncIterator[bytes]:
        state.broadcast_listeners = getattr(state, "broadcast_listeners", 0) + 1
        try:
            async for one in _changes(mine, key, first):
                yield one
        finally:
            state.broadcast_listeners -= 1

    # A proxy that collects would keep the news to itself.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(told(), media_type="text/event-stream", headers=headers)


async def _changes(mine: House, key: str, now: dict[str, Any]) -> AsyncIterator[bytes]:
    ends = clock.monotonic() + _LIFE_SECONDS
    before: dict[str, Any] | None = None
    quiet_from = clock.monotonic()
    while True:
        if now != before:
            yield b"event: progress\ndata: " + msgspec.json.encode(now) + b"\n\n"
            before, quiet_from = now, clock.monotonic()
        elif clock.monotonic() - quiet_from >= _QUIET_SECONDS:
            yield b": still here\n\n"  # so that nobody on the way takes the line for dead
            quiet_from = clock.monotonic()
        if now["status"] in _ENDS or clock.monotonic() >= ends:
            return
        await asyncio.sleep(_EVERY_SECONDS)
        try:
            now = await asyncio.to_thread(_told, mine, key)
        except KervanError:
            return  # deleted, or the database is away: who listens asks again and is told why


def _told(mine: House, key: str) -> dict[str, Any]:
    with mine.connection() as conn:
        kept = store.get(conn, key)
        told: dict[str, Any] = msgspec.to_builtins(
            tell.told(kept, progress(conn, kept), stopped=is_stopped(conn, kept.key))
        )
        return told
