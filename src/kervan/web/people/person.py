"""One person from sides that have no room of their own: revealed, reached, in journeys, written to.

And what a merge with somebody else would give, tried for real and taken back.
"""

import uuid
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from kervan.delivery import ways
from kervan.delivery.decide import Reason
from kervan.insight.people import runs
from kervan.kernel import clock, i18n
from kervan.kernel.errors import KervanError
from kervan.profiles import gather
from kervan.profiles import merge as identity
from kervan.profiles import read as profiles
from kervan.web import auth, mask
from kervan.web.api import people, profile
from kervan.web.api.accept import Plain
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/people", tags=["people"])
_SHORTEST, _LONGEST = 5, 300


class Reveal(BaseModel, extra="forbid"):
    """Why somebody has to see personal data; it is kept in the audit log."""

    reason: Plain = Field(min_length=_SHORTEST, max_length=_LONGEST)


class Way(BaseModel):
    """A channel: her masked address, whether marketing may go now, and what says no.

    `reason` is a code and `said` its sentence, both "" where nothing does; `consent` is the place
    in the ledger of the word behind it, null for none.
    """

    channel: str
    address: str
    reachable: bool
    reason: str
    said: str
    consent: int | None
    until: datetime | None


class Run(BaseModel):
    """One run through a journey; `left` is how it ended, "" while she is inside."""

    run: int
    journey: str
    name: str
    version: int
    step: str
    left: str
    entered_at: datetime
    step_at: datetime
    due_at: datetime | None
    goal_at: datetime | None
    ghost: bool


class Meant(BaseModel):
    """A message that was meant for her, also one that never went; `said` is `reason` in words.

    `journey` is a broadcast's key where it `is_broadcast`.
    """

    id: uuid.UUID
    is_broadcast: bool
    journey: str
    version: int
    step: str
    channel: str
    message_class: str
    state: str
    reason: str
    said: str
    intended_at: datetime
    handed_at: datetime | None
    finished_at: datetime | None
    due_at: datetime | None


class Messages(BaseModel):
    """A piece of her messages, the latest first; `before` asks for the next one."""

    messages: list[Meant]
    before: uuid.UUID | None


class Half(BaseModel):
    """One of two who may be one: masked like a profile."""

    id: uuid.UUID
    name: str
    identifiers: list[str]
    traits: int


class Preview(BaseModel):
    """What one profile would be: under which id, with which identifiers; `differ` are traits both
    have with different values, of which the later word counts."""

    one: Half
    other: Half
    result: Half
    differ: list[str]
    runs: int


@router.post("/{person}/reveal", dependencies=[right("people.reveal")])
def reveal(request: Request, person: uuid.UUID, said: Reveal) -> profile.Profile:
    """A profile in the clear, with the reason in the audit log. Raises web.person_unknown (404)."""
    locale = locale_of(request)
    return profile.show(request, house(request), person, locale, reason=said.reason.strip())


@router.get("/{person}/channels", dependencies=[right("people.read")])
def channels(request: Request, person: uuid.UUID) -> list[Way]:
    """On which channels marketing can reach her now, and why not. Raises web.person_unknown."""
    mine, locale = house(request), locale_of(request)
    with mine.connection() as conn:
        head = people.find(conn, person).head
        known = profiles.contacts(conn, mine.keys, [head])
        found = ways.of_person(conn, mine.keys, known[head], clock.now(), mine.config.country)
    return [
        Way(
            channel=one.channel,
            address=_covered(one),
            reachable=one.reason is Reason.NONE,
            reason="" if one.reason is Reason.NONE else one.reason.code,
            said="" if one.reason is Reason.NONE else i18n.say(one.reason.code, locale),
            consent=one.consent or None,
            until=one.until,
        )
        for one in found
    ]


def _covered(one: ways.Way) -> str:
    if not one.address:
        return ""
    if one.channel == "email":
        return mask.email(one.address)
    return mask.phone(one.address) if one.channel in ("sms", "call", "whatsapp") else "***"


@router.get("/{person}/journeys", dependencies=[right("people.read")])
def journeys(request: Request, person: uuid.UUID) -> list[Run]:
    """Her journeys, those she is in and those she was in, the latest first."""
    mine = house(request)
    with mine.connection() as conn:
        parts = people.find(conn, person).parts
        found = runs.runs(conn, parts, mine.config.timezone)
    return [Run(**{name: getattr(one, name) for name in Run.model_fields}) for one in found]


@router.get("/{person}/messages", dependencies=[right("people.read")])
def messages(
    request: Request,
    person: uuid.UUID,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: uuid.UUID | None = None,
) -> Messages:
    """What was meant for her, also what never went, the latest first."""
    mine, locale = house(request), locale_of(request)
    with mine.connection() as conn:
        found = runs.messages(conn, people.find(conn, person).parts, limit, before)
    return Messages(
        messages=[
            Meant(
                id=one.id, is_broadcast=one.is_broadcast, journey=one.journey,
                version=one.version, step=one.step,
                channel=one.channel, message_class=one.message_class,
                state=one.state.name.lower(), reason=one.reason,
                said=i18n.say(one.reason, locale) if one.reason else "",
                intended_at=one.intended_at, handed_at=one.handed_at,
                finished_at=one.finished_at, due_at=one.due_at,
            )
            for one in found
        ],
        before=found[-1].id if len(found) == limit else None,
    )  # fmt: skip


@router.get("/{person}/merge-preview", dependencies=[right("people.merge")])
def merge_preview(request: Request, person: uuid.UUID, other: uuid.UUID) -> Preview:
    """What merging two people would give; nothing changes.

    Raises web.person_unknown (404), profiles.same_person, profiles.too_many_merges (409).
    """
    mine = house(request)
    with mine.connection() as conn:
        one, two = people.find(conn, person).head, people.find(conn, other).head
        if one == two:
            raise KervanError("profiles.same_person", status=409)
        before = gather.gather(conn, mine.keys, [one, two], claims=False)
        # The merge itself, rolled back: what is shown is what it would be.
        with conn.transaction(force_rollback=True):
            identity.merge(conn, mine.keys, one, two, "", clock.now_ms())
            head = profiles.heads(conn, [one])[one]
            after = gather.gather(conn, mine.keys, [head], claims=False)[head]
        count = len(runs.runs(conn, [*before[one].atoms, *before[two].atoms], mine.config.timezone))
        if auth.may(request, mask.REVEAL):
            mask.reveal(request, conn, [str(person), str(other)])
    return Preview(
        one=_half(request, before[one]),
        other=_half(request, before[two]),
        result=_half(request, after),
        differ=sorted(
            name
            for name, entry in before[one].traits.items()
            if name in before[two].traits and before[two].traits[name][0] != entry[0]
        ),
        runs=count,
    )


def _half(request: Request, one: gather.Profile) -> Half:
    name = profile.full_name(one.traits)
    shown = auth.may(request, mask.REVEAL)
    return Half(
        id=one.id,
        name=name if shown or not name else mask.name(name),
        identifiers=[profile.identifier(each.kind, each.value) for each in one.identifiers],
        traits=len(one.traits),
    )
