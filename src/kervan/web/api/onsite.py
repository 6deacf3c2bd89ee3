"""Campaigns on the site: their texts and versions, pausing, and the snippet that shows them."""

import base64
import dataclasses
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.shaped import Problem
from kervan.onsite import apply as applying
from kervan.onsite import drafts, identity, rules, sign, snippet, store
from kervan.onsite import results as counting
from kervan.onsite.apply import Plan
from kervan.onsite.definition import Campaign, read
from kervan.onsite.store import Version
from kervan.web import audit
from kervan.web.api import body, meanwhile
from kervan.web.api.meanwhile import Match
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/onsite", tags=["onsite"])
_NO_KEY = "YOUR-WRITE-KEY"


class Warned(BaseModel):
    """Something to look at again: its place as a JSON pointer (RFC 6901), a code, a sentence."""

    path: str
    code: str
    message: str


class Summary(BaseModel):
    """The live version of a campaign. `asks` says that Kervan decides per person who sees it.

    `edition` is another as soon as somebody publishes, pauses or archives it, or takes that back.
    """

    key: str
    name: str
    kind: str
    version: int
    paused: bool
    asks: bool
    audience: str
    urls: list[str]
    start: datetime | None
    until: datetime | None
    variants: list[str]
    changed_at: datetime
    changed_by: str
    archived_at: datetime | None
    edition: str


class Whole(Summary):
    """A version with its definition."""

    definition: dict[str, Any]
    warnings: list[Warned]


class Planned(BaseModel):
    """What applying a definition does: `change` is new, changed or same."""

    key: str
    change: str
    version: int
    before: int
    warnings: list[Warned]
    said: str


class Script(BaseModel):
    """The snippet's version, its hash (SRI), and elements to put into pages.

    `pinned` never changes by itself; `latest` follows this Kervan. `rules_key` is the public key
    that the rules are signed with.
    """

    version: str
    integrity: str
    rules_key: str
    pinned: str
    latest: str


class Outcome(BaseModel):
    """One variant: times shown or held back, visitors, what they did, who converted.

    `rate` is the share of its visitors who converted; with 95 % it lies from `low` to `high`.
    """

    variant: str
    weight: int
    shown: int
    held_out: int
    visitors: int
    closed: int
    clickers: int
    clicks: int
    forms: int
    converted: int
    rate: float
    low: float
    high: float


class Results(BaseModel):
    """What became of a campaign; `goal` is the event that counts as a conversion, "" for none."""

    key: str
    goal: str
    hours: int
    since: datetime | None
    variants: list[Outcome]


class Counted(BaseModel):
    """A campaign in five numbers; `goal` is the event that counts as a conversion, "" for none."""

    key: str
    shown: int
    visitors: int
    clickers: int
    converted: int
    goal: str


class Secret(BaseModel):
    """What the shop's server signs visitors with; the one before is good until `former_until`."""

    number: int
    secret: str
    algorithm: str
    audience: str
    longest_seconds: int
    former_until: datetime | None


Number = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


@router.get("", dependencies=[right("journeys.read")])
def all_campaigns(request: Request, *, archived: bool = False) -> list[Summary]:
    """Every campaign as it is now, by key; or every archived one."""
    with house(request).connection() as conn:
        return [Summary(**_facts(one)) for one in store.every(conn, archived=archived)]


@router.get("/counts", dependencies=[right("journeys.read")])
def counts(request: Request, *, archived: bool = False) -> list[Counted]:
    """How often each campaign was shown, how many clicked, how many converted, ever.

    With `archived`, of every archived one.
    """
    mine = house(request)
    with mine.connection() as conn:
        goals = {one.key: one.campaign.goal for one in store.every(conn, archived=archived)}
    found = counting.of_all(mine.history, goals)
    return [
        Counted(
            key=key,
            shown=sum(one.shown for one in found.get(key, [])),
            visitors=sum(one.visitors for one in found.get(key, [])),
            clickers=sum(one.clickers for one in found.get(key, [])),
            converted=sum(one.converted for one in found.get(key, [])),
            goal=goal.event if goal else "",
        )
        for key, goal in goals.items()
    ]


@router.get("/snippet", dependencies=[right("journeys.read")])
def snippet_of(request: Request, key: Annotated[str, Query(max_length=100)] = "") -> Script:
    """The element that a shop puts into its pages, for a browser source's write key."""
    mine = house(request)
    script = snippet.latest()
    signer = base64.urlsafe_b64encode(sign.public_key(mine.keys)).decode().rstrip("=")
    given = key if key.replace("_", "").replace("-", "").isalnum() else _NO_KEY
    tags = [
        snippet.tag(script, mine.config.address, given, signer, pinned=pinned)
        for pinned in (True, False)
    ]
    return Script(
        version=script.version,
        integrity=script.integrity,
        rules_key=signer,
        pinned=tags[0],
        latest=tags[1],
    )


@router.get("/secret", dependencies=[right("keys.manage")])
def secret(request: Request) -> Secret:
    """The secret that proves visitors, for the shop's server; each look is in the audit log."""
    with house(request).connection() as conn:
        number = identity.current(conn)
        audit.record(conn, request, "onsite.secret_shown", number=number)
        return _secret(request, number)


@router.post("/secret/rotate", dependencies=[right("keys.manage")])
def rotate_secret(request: Request) -> Secret:
    """Begin another secret; the one before stays good for a week."""
    at = clock.now()
    with house(request).connection() as conn:
        number = identity.rotate(conn, at)
        audit.record(conn, request, "onsite.secret_rotated", number=number)
        return _secret(request, number, at + identity.OVERLAP)


@router.get("/{key}", dependencies=[right("journeys.read")])
def campaign(request: Request, key: str, version: Number = None) -> Whole:
    """A version of a campaign, the live one by itself. Raises onsite.unknown (404)."""
    with house(request).connection() as conn:
        return whole(request, store.get(conn, key, version))


@router.get("/{key}/versions", dependencies=[right("journeys.read")])
def versions(request: Request, key: str) -> list[Whole]:
    """Every version, the first one first. Raises onsite.unknown (404)."""
    with house(request).connection() as conn:
        return [whole(request, one) for one in store.versions(conn, key)]


@router.get("/{key}/results", dependencies=[right("journeys.read")])
def results(request: Request, key: str, since: datetime | None = None) -> Results:
    """What became of the campaign, variant by variant, since an instant or ever.

    A conversion is the goal's event, from wherever it came, within its hours after the visitor saw
    the piece. Raises onsite.unknown (404).
    """
    mine = house(request)
    with mine.connection() as conn:
        one = store.get(conn, key)
    goal = one.campaign.goal
    now_ms = clock.to_ms(clock.now())
    since_ms = clock.to_ms(since if since.tzinfo else since.replace(tzinfo=UTC)) if since else 0
    found = counting.results(mine.history, key, goal, min(max(0, since_ms), now_ms))
    weights = {text.key: text.weight for text in one.campaign.texts}
    return Results(
        key=key,
        goal=goal.event if goal else "",
        hours=goal.hours if goal else 0,
        since=since,
        variants=[
            Outcome(**dataclasses.asdict(row), weight=weights.get(row.variant, 0)) for row in found
        ],
    )


@router.put("/{key}", dependencies=[right("journeys.edit")])
def apply(
    request: Request,
    key: str,
    raw: body.Raw,
    if_match: Match = "",
    *,
    plan: bool = False,
    draft: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
) -> Planned:
    """Make the campaign what this definition says; doing it twice does nothing the second time.

    With `plan` nothing is done. With the version you read in If-Match (0 for a new campaign) what
    somebody else made meanwhile is not lost: web.changed_meanwhile (409). `draft` is the edition of
    the draft that is done with by this; onsite.draft_changed (409) where it is another one by now.
    Raises onsite.not_valid (422) with all problems and their places, onsite.other_key (422),
    onsite.is_archived (409).
    """
    wanted = read(body.plain(raw))
    if wanted.key != key:
        raise KervanError("onsite.other_key", status=422, key=key[:80], given=wanted.key)
    mine = house(request)
    with mine.connection() as conn:
        if plan:
            audit.changed_nothing(request)
            return _planned(request, applying.plan(conn, wanted))
        meanwhile.hold(conn, f"onsite {key}")
        checked = applying.plan(conn, wanted)
        if checked.change != applying.SAME:
            meanwhile.expect(if_match, str(checked.before))
        if draft is not None:
            drafts.drop(conn, key, expected=draft)
        done = applying.apply(conn, wanted, clock.now(), str(reader_of(request).id))
        if done.change == applying.SAME:
            audit.changed_nothing(request)
        else:
            audit.record(conn, request, f"onsite.{done.change}", key=key, version=done.number)
    return _planned(request, done)


def _secret(request: Request, number: int, former_until: datetime | None = None) -> Secret:
    return Secret(
        number=number,
        secret=identity.secret(house(request).keys, number),
        algorithm="HS256",
        audience=identity.AUDIENCE,
        longest_seconds=int(identity.LONGEST.total_seconds()),
        former_until=former_until,
    )


def _facts(one: Version) -> dict[str, Any]:
    campaign: Campaign = one.campaign
    return {
        "key": one.key,
        "name": campaign.name,
        "kind": campaign.kind,
        "version": one.number,
        "paused": one.paused,
        "asks": rules.needs_person(campaign),
        "audience": campaign.audience,
        "urls": campaign.triggers.urls,
        "start": campaign.start,
        "until": campaign.until,
        "variants": [text.key for text in campaign.texts],
        "changed_at": one.at,
        "changed_by": one.by,
        "archived_at": one.archived_at,
        "edition": edition_of(one),
    }


def edition_of(one: Version) -> str:
    """A name of how a campaign is now, for whoever wants to turn it off or on."""
    return meanwhile.edition([one.number, one.paused, one.archived_at is not None])


def whole(request: Request, one: Version) -> Whole:
    """A version with its definition, for `request`."""
    return Whole(
        **_facts(one),
        definition=msgspec.to_builtins(one.campaign),
        warnings=_warned(request, one.warnings),
    )


def _planned(request: Request, plan: Plan) -> Planned:
    return Planned(
        key=plan.campaign.key,
        change=plan.change,
        version=plan.number,
        before=plan.before,
        warnings=_warned(request, plan.warnings),
        said=plan.say(locale_of(request)),
    )


def _warned(request: Request, found: list[Problem]) -> list[Warned]:
    locale = locale_of(request)
    return [Warned(path=one.path, code=one.code, message=one.what(locale)) for one in found]
