"""Gives each request to the application of the workspace whose host name it bears."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import psycopg
from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from kervan.kernel import clock, log
from kervan.kernel.errors import KervanError
from kervan.kernel.workspaces import Workspace, hostname
from kervan.web import errors

_log = log.get("web")
_ANEW_SECONDS = 1.0
"""However many come under foreign names, the table is read no more often than this."""
_CLOSED_SECONDS = 0.1
"""But sooner for one that was closed: who has just opened it again goes there at once."""


class Hosts:
    """The first workspace's application under all names but those of the others.

    `read` gives all workspaces, `make` an application for one beside the first: both take a moment
    and are called in threads, `make` once for each workspace. `own` are names of the first.
    """

    def __init__(
        self,
        first: ASGIApp,
        own: frozenset[str],
        read: Callable[[], list[Workspace]],
        make: Callable[[Workspace], FastAPI],
    ) -> None:
        self._first = first
        self._own = own
        self._read = read
        self._make = make
        self._known: dict[str, Workspace] = {}
        self._apps: dict[str, FastAPI] = {}
        self._read_at = -_ANEW_SECONDS
        self._was_read = False
        self._reading = asyncio.Lock()
        self._making = asyncio.Lock()
        self._open = AsyncExitStack()

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """While this is entered the other applications do their housework, too."""
        async with self._open:
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        app: ASGIApp = self._first
        if scope["type"] == "http":
            one = await self._whose(dict(scope["headers"]).get(b"host", b"").decode("latin-1"))
            if one is not None and one.closed_at is not None:
                app = _closed(one)
            elif one is not None:
                app = await self._app(one)
        await app(scope, receive, send)

    async def _whose(self, host: str) -> Workspace | None:
        name = _name(host)
        if name in self._own:
            return None
        if self._reading.locked() and self._was_read:
            return self._known.get(name)  # a table that does not answer holds up nobody else
        async with self._reading:
            last = self._known.get(name)
            closed = last is not None and last.closed_at is not None
            patience = _CLOSED_SECONDS if closed else _ANEW_SECONDS
            if clock.monotonic() - self._read_at >= patience:
                try:
                    known = await asyncio.to_thread(self._read)
                    self._known = {one.host: one for one in known if not one.is_first}
                    self._was_read = True
                except psycopg.Error as error:  # as last seen, then
                    _log.warning("workspaces_not_read", error=type(error).__name__)
                self._read_at = clock.monotonic()
        return self._known.get(name)

    async def _app(self, one: Workspace) -> FastAPI:
        async with self._making:
            if one.key not in self._apps:
                app = await asyncio.to_thread(self._make, one)
                await self._open.enter_async_context(app.router.lifespan_context(app))
                self._apps[one.key] = app
        return self._apps[one.key]


def _name(host: str) -> str:
    try:
        return hostname(host)
    except ValueError:  # no host at all, as [1
        return ""


def _closed(one: Workspace) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        facts = {"name": one.name, "workspace": one.key}
        error = KervanError("kernel.workspace_closed", status=410, **facts)
        answer = errors.answer(error, errors.locale_of(Request(scope)))
        await answer(scope, receive, send)

    return app
