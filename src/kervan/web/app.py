"""Puts the web application together: the collector first, then the API and the pages."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import cast

import psycopg
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import RedirectResponse

from kervan.collect.intake import AsyncIntake
from kervan.collect.sources import REFRESH_SECONDS
from kervan.kernel import log, postgres
from kervan.kernel.config import Config
from kervan.kernel.crypto import Vault
from kervan.kernel.errors import KervanError
from kervan.web import access, auth, errors, track
from kervan.web.api import dead_letters, journeys, live, people, sources
from kervan.web.collect import App, CollectApp
from kervan.web.pages import live as live_page
from kervan.web.pages import snippet, static_files
from kervan.web.state import House, house

_log = log.get("web")
_door = APIRouter(include_in_schema=False)


@_door.get("/health")
def health() -> dict[str, str]:
    """Says that this process serves; `kervan doctor` looks deeper."""
    return {"status": "ok"}


@_door.get("/sign-in")
def sign_in(request: Request, token: str) -> RedirectResponse:
    """Turn a one-time link into a session.

    Raises web.link_not_good (401) for a link that is wrong, old or used.
    """
    with house(request).connection() as conn:
        session = access.use_link(conn, token)
    if session is None:
        try:
            auth.require_operator(request)
        except KervanError:
            raise KervanError("web.link_not_good", status=401) from None
        return RedirectResponse("/", status_code=303)
    answer = RedirectResponse("/", status_code=303)
    answer.set_cookie(
        auth.COOKIE,
        session,
        max_age=14 * 86_400,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


# What answers everybody; all else answers only who has signed in.
_PUBLIC = (_door, track.router, static_files.router, snippet.router)
_PRIVATE = (
    dead_letters.router,
    sources.router,
    people.router,
    journeys.router,
    live.router,
    live_page.router,
)


def create(config: Config, vault: Vault, intake: AsyncIntake | None = None) -> CollectApp:
    """The ASGI application of one web process, over `intake` or its own."""
    mine = House(config, vault)
    intake = intake or AsyncIntake(config.postgres_url, vault)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await intake.start()
        refreshing = asyncio.create_task(_refresh_sources(mine))
        yield
        refreshing.cancel()
        with suppress(asyncio.CancelledError):
            await refreshing
        await intake.stop()

    app = FastAPI(title="Kervan", lifespan=lifespan, docs_url="/docs", redoc_url=None)
    app.state.house = mine
    errors.install(app)
    for router in _PUBLIC:
        app.include_router(router)
    guarded = [Depends(auth.require_operator)]
    for router in _PRIVATE:
        app.include_router(router, dependencies=guarded)
    return CollectApp(
        mine.sources,
        intake,
        next_app=cast(App, errors.quiet(app)),
        public_url=config.public_url or None,
        processes=config.web_processes,
    )


async def _refresh_sources(mine: House) -> None:
    """Keep write keys as fresh as a second; a database that is away leaves them as they were."""
    conn: postgres.Connection | None = None
    while True:
        try:
            if conn is None or conn.closed:
                conn = await asyncio.to_thread(
                    postgres.connect, mine.config.postgres_url, autocommit=True
                )
            await asyncio.to_thread(mine.sources.refresh, conn)
        except psycopg.Error as error:
            _log.warning("sources_not_refreshed", error=type(error).__name__)
            if conn is not None:
                conn.close()
            conn = None
        await asyncio.sleep(REFRESH_SECONDS)
