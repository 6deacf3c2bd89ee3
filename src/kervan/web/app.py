"""Puts the web application together: the collector first, then the API and the pages."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import psycopg
from fastapi import APIRouter, Depends, FastAPI

from kervan.collect.intake import AsyncIntake
from kervan.kernel import clock, log, workspaces
from kervan.kernel.config import Config
from kervan.kernel.crypto import Vault
from kervan.kernel.errors import KervanError
from kervan.kernel.workspaces import Workspace, hostname
from kervan.web import auth, errors, headers, pack, pictures, tidy, track
from kervan.web.api import (
    approvals,
    audiences,
    audit,
    brand,
    broadcast_live,
    broadcasts,
    calendar,
    calls,
    channels,
    chats,
    checklist,
    company,
    consents,
    coupons,
    dead_letters,
    journey_entry,
    journeys,
    keys,
    live,
    mail,
    mail_domains,
    me,
    media,
    merges,
    message_lint,
    message_sent,
    message_why,
    messages,
    metrics,
    names,
    onsite,
    onsite_deeds,
    onsite_draft,
    onsite_people,
    onsite_written,
    people,
    policy,
    privacy,
    products,
    refuse,
    registry,
    rehearsals,
    sample,
    seeds,
    segment_people,
    segment_rfm,
    segments,
    sending,
    sources,
    spend,
    store_tasks,
    stream,
    system,
    topics,
    users,
    webhooks,
)
from kervan.web.api import workspaces as workspaces_api
from kervan.web.collect import App, CollectApp
from kervan.web.fresh_keys import FreshKeys
from kervan.web.hooks import mail as mail_hook
from kervan.web.hooks import providers, sms
from kervan.web.hosts import Hosts
from kervan.web.onsite import decide as onsite_decide
from kervan.web.onsite import inbox as onsite_inbox
from kervan.web.onsite import preview as onsite_preview
from kervan.web.onsite import rules as onsite_rules
from kervan.web.pages import (
    console,
    described,
    identity,
    mail_frame,
    onsite_frame,
    snippet,
    static_files,
)
from kervan.web.pages import live as live_page
from kervan.web.pages import search as search_page
from kervan.web.pages.access import account, sign_in
from kervan.web.pages.access import audit as audit_page
from kervan.web.pages.access import keys as keys_page
from kervan.web.pages.access import users as users_page
from kervan.web.pages.onsite import campaigns as onsite_page
from kervan.web.pages.preferences import page as preferences_page
from kervan.web.pages.privacy import requests as privacy_page
from kervan.web.pages.tasks import work as tasks_page
from kervan.web.people import bring as people_bring
from kervan.web.people import bulk as people_bulk
from kervan.web.people import listing as people_listing
from kervan.web.people import person as people_person
from kervan.web.people import told as people_told
from kervan.web.people import views as people_views
from kervan.web.state import Ground, House

_log = log.get("web")
_CONNECTIONS = 4
"""To PostgreSQL, for each workspace beside the first in each process."""
_door = APIRouter(include_in_schema=False)


@_door.get("/health")
def health() -> dict[str, str]:
    """Says that this process serves; `kervan doctor` looks deeper."""
    return {"status": "ok"}


# What answers everybody; all else answers only who has signed in.
_PUBLIC = (
    _door,
    sign_in.router,
    track.router,
    preferences_page.router,
    sms.router,
    providers.router,
    mail_hook.router,
    static_files.router,
    snippet.router,
    onsite_rules.router,
    onsite_decide.router,
    onsite_inbox.router,
    onsite_preview.router,
    described.router,
    mail_frame.router,
    pictures.router,
    onsite_frame.router,
    console.router,
)
_PRIVATE = (
    dead_letters.router,
    sample.router,
    sources.router,
    people_listing.router,  # before those whose address begins with a person's id
    people_views.router,
    people_bring.router,
    people_bulk.router,
    people_person.router,
    people_told.router,
    people.router,
    merges.router,
    identity.router,
    consents.router,
    refuse.router,
    registry.router,
    topics.router,
    company.router,
    brand.router,
    policy.router,
    channels.router,
    mail.router,
    mail_domains.router,
    me.router,
    stream.router,
    calls.router,
    chats.router,
    store_tasks.router,
    tasks_page.router,
    messages.router,
    onsite_draft.router,
    onsite_written.router,
    onsite_deeds.router,
    onsite_people.router,
    onsite.router,
    onsite_page.router,
    message_lint.router,
    media.router,
    seeds.router,
    message_sent.router,
    message_why.router,
    coupons.router,
    products.router,
    sending.router,
    spend.router,
    audiences.router,
    webhooks.router,
    broadcasts.router,
    broadcast_live.router,
    calendar.router,
    privacy.router,
    privacy_page.router,
    checklist.router,
    approvals.router,
    journey_entry.router,
    journeys.router,
    rehearsals.router,
    metrics.router,
    segments.router,
    segment_people.router,
    segment_rfm.router,
    names.router,
    live.router,
    live_page.router,
    search_page.router,
    users.router,
    keys.router,
    audit.router,
    system.router,
    workspaces_api.router,
    account.router,
    users_page.router,
    keys_page.router,
    audit_page.router,
)


def create(
    config: Config, vault: Vault, intake: AsyncIntake | None = None, ground: Ground | None = None
) -> CollectApp:
    """The ASGI application of one web process, over `intake` or its own.

    Without a `ground` it serves one workspace alone.
    """
    mine = House(config, vault, ground)
    keys = FreshKeys(mine.sources, config.postgres_url)
    intake = intake or AsyncIntake(config.postgres_url, vault)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await intake.start()
        beside = [asyncio.create_task(keys.keep()), asyncio.create_task(_tidy(mine))]
        for one in beside:
            one.add_done_callback(_end_with)
        async with hosts.kept():
            yield
        for one in beside:
            one.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await intake.stop()

    def another(one: Workspace) -> FastAPI:
        assert ground is not None
        theirs = workspaces.within(config, one)
        house = House(theirs, ground.vault(), installed=config, connections=_CONNECTIONS)
        house.sources = mine.sources
        found = FastAPI(title="Kervan", docs_url=None, redoc_url=None)
        furnish(found, house)
        return found

    app = FastAPI(title="Kervan", lifespan=lifespan, docs_url=None, redoc_url=None)
    furnish(app, mine)
    own = frozenset({"", "localhost", "127.0.0.1", config.host, hostname(config.address)})
    hosts = Hosts(app, own, mine.workspaces if ground else list, another)
    whole = pack.packed(errors.quiet(hosts))
    return CollectApp(
        keys,
        intake,
        next_app=cast(App, headers.secure(whole, https=_is_https(config))),
        public_url=config.public_url or None,
        processes=config.web_processes,
    )


def furnish(app: FastAPI, mine: House) -> None:
    """Give an application its house and every route there is."""
    app.state.house = mine
    errors.install(app)
    for router in _PUBLIC:
        app.include_router(router)
    guarded = [Depends(auth.require_operator)]
    for router in _PRIVATE:
        app.include_router(router, dependencies=guarded)


def _is_https(config: Config) -> bool:
    return config.address.startswith("https:")


def _end_with(task: asyncio.Task[None]) -> None:
    """A process whose housework failed would answer from what it knew then: another one begins."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("beside_failed", error=type(error).__name__)
        signal.raise_signal(signal.SIGTERM)


async def _tidy(mine: House) -> None:
    """Housework every now and then; a database that is away is tried again later."""

    def step() -> bool:
        with mine.connection() as conn:
            return tidy.step(conn, clock.now())

    while True:
        try:
            while await asyncio.to_thread(step):
                pass
        except (psycopg.Error, KervanError) as error:
            _log.warning("not_tidied", error=type(error).__name__)
        await asyncio.sleep(tidy.EVERY_SECONDS)
