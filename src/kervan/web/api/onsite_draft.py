"""Campaigns that are still written: what is wrong with them, how they look, a link to see them."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from kervan.collect import sources
from kervan.kernel import clock, i18n
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.kernel.shaped import NotValid, Problem
from kervan.onsite import apply as applying
from kervan.onsite import preview
from kervan.onsite.apply import Plan
from kervan.onsite.definition import read
from kervan.onsite.preview import Draft
from kervan.web import audit
from kervan.web.api import body
from kervan.web.api.onsite import Warned
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/onsite", tags=["onsite"])
Chosen = Annotated[int, Query(ge=0, le=7)]


class Judged(BaseModel):
    """What is wrong with a draft, what to look at again, and how it looks in each language.

    `pieces` are what the snippet draws: {language: piece}, of as much as is written. `sites` are
    the origins on which a preview may be opened: those that sources of this workspace name.
    """

    problems: list[Warned]
    warnings: list[Warned]
    change: str
    version: int
    pieces: dict[str, dict[str, Any]]
    sites: list[str]


class Seen(BaseModel):
    """A draft's way to the shop's page: which page, which variant, in which language."""

    campaign: dict[str, Any]
    url: str
    variant: int = 0
    language: str = ""


class _Seen(msgspec.Struct):
    campaign: msgspec.Raw
    url: str
    variant: Annotated[int, msgspec.Meta(ge=0, le=7)] = 0
    language: str = ""


class Way(BaseModel):
    """The link, and until when it shows the draft."""

    url: str
    until_ms: int


@router.post("/check", dependencies=[right("journeys.read")])
def check(request: Request, raw: body.Raw, variant: Chosen = 0) -> Judged:
    """Judge a draft as it is typed; nothing is kept, and what is wrong is no error here."""
    given = body.plain(raw)
    locale = locale_of(request)
    problems: Sequence[Problem] = ()
    plan: Plan | None = None
    with house(request).connection() as conn:
        audit.changed_nothing(request)
        sites = _sites(request, conn)
        try:
            plan = applying.plan(conn, read(given))
        except NotValid as error:
            problems = error.problems
    drawn = preview.loose(given)
    base = _base(sites, drawn.link_hosts)
    spoken = dict.fromkeys(name for text in drawn.texts for name in text.blocks)
    pieces = {str(one): preview.piece(drawn, variant, one, base) for one in spoken}
    return Judged(
        problems=[Warned(path=one.path, code=one.code, message=one.what(locale))
                  for one in problems],
        warnings=[Warned(path=one.path, code=one.code, message=one.what(locale))
                  for one in (plan.warnings if plan else ())],
        change=plan.change if plan else "",
        version=plan.before if plan else 0,
        pieces=pieces,
        sites=sites,
    )  # fmt: skip


@router.post("/preview", dependencies=[right("journeys.edit")], openapi_extra=body.described(Seen))
def see(request: Request, raw: body.Raw) -> Way:
    """A link to a page of the shop that shows this draft to whoever opens it, for one hour.

    It counts nothing. Raises onsite.not_valid (422), onsite.preview_site (422) for a page of a site
    that no source of this workspace names, onsite.preview_too_large (422).
    """
    asked = body.read(raw, _Seen)
    mine = house(request)
    wanted = read(body.plain(bytes(asked.campaign)))
    site = preview.site_of(asked.url.strip())
    with mine.connection() as conn:
        audit.changed_nothing(request)
        if not site or site not in _sites(request, conn):
            raise KervanError("onsite.preview_site", status=422, site=(site or asked.url)[:80])
        applying.plan(conn, wanted)
    language = asked.language if asked.language in i18n.LOCALES else ""
    until_ms = clock.to_ms(clock.now() + preview.GOOD_FOR)
    token = preview.seal(mine.keys, Draft(wanted, asked.variant, language, site, until_ms))
    return Way(url=preview.link(asked.url.strip(), token), until_ms=until_ms)


def _sites(request: Request, conn: Connection) -> list[str]:
    """The origins that this workspace's sources for pages name, as browsers write them."""
    known = sources.describe(conn, house(request).config.workspace)
    found = [
        preview.site_of(origin)
        for one in known
        if one["enabled"] and one["kind"] in ("browser", "kiosk")
        for origin in one["allowed_origins"]
    ]
    return sorted({one for one in found if one})


def _base(sites: list[str], hosts: list[str]) -> str:
    """Where pictures that are paths of the site's are fetched from while nobody is on it."""
    if sites:
        return sites[0]
    return preview.site_of(f"https://{hosts[0]}") if hosts else ""
