"""Messages: one intent with its texts for each channel and language, its versions, a preview."""

import uuid
from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from kervan.consent import packs
from kervan.content.blocks import store as blocks
from kervan.content.messages import apply as applying
from kervan.content.messages import preview as previewing
from kervan.content.messages import store
from kervan.content.messages.apply import Plan
from kervan.content.messages.check import examine
from kervan.content.messages.definition import Definition, read
from kervan.content.messages.problem import Problem
from kervan.content.messages.store import Version
from kervan.delivery.broadcasts import store as broadcasts
from kervan.journeys.approval import texts as approvals
from kervan.journeys.publish import named
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.gsm import Count
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.web import audit, mask
from kervan.web.api import body, message_blocks
from kervan.web.api.approvals import ask
from kervan.web.api.findings import Departure, departures
from kervan.web.api.journey_texts import Match, match_of
from kervan.web.auth import may, right
from kervan.web.errors import locale_of
from kervan.web.reader import reader_of
from kervan.web.state import House, house

router = APIRouter(prefix="/v1/messages", tags=["messages"])
router.include_router(message_blocks.router)


class Warned(BaseModel):
    """Something to look at again: its place as a JSON pointer (RFC 6901), a code, a sentence."""

    path: str
    code: str
    message: str


class Summary(BaseModel):
    """The live version of a message."""

    key: str
    name: str
    intent: str
    version: int
    channels: list[str]
    changed_at: datetime
    changed_by: str


class User(BaseModel):
    """Something that sends a message: its kind (journey, broadcast), key and name."""

    kind: str
    key: str
    name: str


class Listed(Summary):
    """The same in the list: `languages` by channel, and who sends it."""

    purpose: str
    languages: dict[str, list[str]]
    users: list[User]


class Whole(Summary):
    """A version with its definition; `templates` by channel and language, "" for all of them."""

    definition: dict[str, Any]
    templates: dict[str, dict[str, int]]
    warnings: list[Warned]


class Planned(BaseModel):
    """What applying a definition does: `change` is new, changed or same.

    With a `proposal` it waits for another person's approval, and nothing has changed yet.
    """

    key: str
    change: str
    version: int
    before: int
    warnings: list[Warned]
    said: str
    proposal: uuid.UUID | None = None


class Wanted(BaseModel):
    """For whom and with which data: a person's public id, and what else the templates see.

    `message` is a definition that need not be saved.
    """

    message: dict[str, Any] | None = None
    person: uuid.UUID | None = None
    scene: dict[str, Any] = {}


class Failed(BaseModel):
    """Why there is no message for this person."""

    code: str
    message: str


class Cost(BaseModel):
    """What an SMS costs written in `mode`: parts, and how many units of the last are still free.

    `unsendable` are the letters that this way of writing does not know.
    """

    mode: str
    parts: int
    units: int
    left: int
    unsendable: list[str]


class Shown(BaseModel):
    """One channel's message: an e-mail's fields are subject, html and text.

    `links` are where its tracked links lead; those written in the fields themselves lead nowhere.
    `costs` are of an SMS, for each way of writing; `findings` are the linter's of this text.
    """

    channel: str
    language: str
    fields: dict[str, str]
    links: list[str]
    error: Failed | None
    costs: list[Cost]
    findings: list[Departure]


class _Wanted(msgspec.Struct, forbid_unknown_fields=True):
    message: Any = None
    person: uuid.UUID | None = None
    scene: dict[str, Any] = {}


_ENDED = ("done", "cancelled")
Number = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


@router.get("", dependencies=[right("journeys.read")])
def all_messages(request: Request) -> list[Listed]:
    """Every message as it is now, by key, with the journeys and open broadcasts that send it."""
    with house(request).connection() as conn:
        users = _users(conn)
        return [
            Listed(
                **_facts(one),
                purpose=one.definition.purpose,
                languages={
                    channel: [*written] for channel, written in one.definition.variants.items()
                },
                users=users.get(one.key, []),
            )
            for one in store.every(conn)
        ]


@router.get("/{key}", dependencies=[right("journeys.read")])
def message(request: Request, key: str, version: Number = None) -> Whole:
    """A version of a message, the live one by itself. Raises content.message_unknown (404)."""
    with house(request).connection() as conn:
        return _whole(request, store.get(conn, key, version))


@router.get("/{key}/versions", dependencies=[right("journeys.read")])
def versions(request: Request, key: str) -> list[Whole]:
    """Every version, the first one first. Raises content.message_unknown (404)."""
    with house(request).connection() as conn:
        return [_whole(request, one) for one in store.versions(conn, key)]


@router.put("/{key}", dependencies=[right("journeys.edit")])
def apply(
    request: Request, key: str, raw: body.Raw, if_match: Match = "", *, plan: bool = False
) -> Planned:
    """Make the message what this definition says; doing it twice does nothing the second time.

    With `plan` nothing is done; where the workspace asks for approval, it waits. With the version
    you read in If-Match (0 for a new message) what somebody else made meanwhile is not lost:
    content.message_changed_meanwhile (409). Raises content.message_not_valid (422) with all
    problems and their places, content.message_other_key (422), journeys.bad_match (422).
    """
    expected = match_of(if_match)
    wanted = read(body.plain(raw))
    if wanted.key != key:
        raise KervanError("content.message_other_key", status=422, key=key[:80], given=wanted.key)
    mine = house(request)
    law = packs.of_country(mine.config.country)
    with mine.connection() as conn:
        if plan:
            audit.changed_nothing(request)
            return _planned(request, applying.plan(conn, wanted, law))
        checked = applying.check(conn, wanted, law)
        applying.expect(checked, expected)
        proposed = approvals.of_message(wanted, checked.before)
        if checked.change != applying.SAME and (waits := ask(conn, request, proposed)):
            return _planned(request, checked, waits.id)
        by = str(reader_of(request).id)
        done = applying.apply(conn, wanted, clock.now(), by, law, expected=expected)
        if done.change == applying.SAME:
            audit.changed_nothing(request)
        else:
            audit.record(conn, request, f"message.{done.change}", key=key, version=done.number)
    return _planned(request, done)


@router.post(
    "/preview", dependencies=[right("journeys.read")], openapi_extra=body.described(Wanted)
)
def preview_unsaved(request: Request, raw: body.Raw) -> list[Shown]:
    """A definition that need not be saved, as one person would get it in every channel.

    Who may not see people unmasked gets her masked. Raises content.message_not_valid (422),
    web.person_unknown (404).
    """
    wanted = body.read(raw, _Wanted)
    return _preview(request, read(wanted.message), wanted)


@router.post(
    "/{key}/preview", dependencies=[right("journeys.read")], openapi_extra=body.described(Wanted)
)
def preview(request: Request, key: str, raw: body.Raw, version: Number = None) -> list[Shown]:
    """A version of a message as one person would get it in every channel; nothing is sent.

    Raises content.message_unknown, web.person_unknown (404).
    """
    wanted = body.read(raw, _Wanted)
    with house(request).connection() as conn:
        found = store.get(conn, key, version)
    return _preview(request, found.definition, wanted)


def _preview(request: Request, wanted: Definition, asked: _Wanted) -> list[Shown]:
    mine = house(request)
    locale = locale_of(request)
    with mine.connection() as conn:
        examined = examine(wanted, blocks.live(conn))
        law = packs.of_country(mine.config.country)
        linted = departures(applying.findings(conn, wanted, law, examined), locale)
        audit.changed_nothing(request)
        scene: dict[str, object] = dict(asked.scene)
        number = 0
        if asked.person is not None:
            shown_to = person_of(request, mine, conn, asked.person)
            number, scene["person"] = shown_to.person, previewing.seen(shown_to)
        reader = previewing.Reader(scene, mine.config.address, mine.config.locale, number)
        shown = previewing.preview(conn, wanted, examined.sources, reader)
    return [
        Shown(
            channel=one.channel,
            language=one.language,
            fields=one.fields,
            links=one.links,
            error=Failed(code=one.error.code, message=one.error.say(locale)) if one.error else None,
            costs=[_cost(count) for count in one.costs],
            findings=[
                other
                for other in linted
                if f"{other.path}/".startswith(f"/variants/{one.channel}/{one.language}/")
            ],
        )
        for one in shown
    ]


def _cost(count: Count) -> Cost:
    lost = [*count.unsendable]
    return Cost(
        mode=count.mode.value,
        parts=count.parts,
        units=count.units,
        left=count.left,
        unsendable=lost,
    )


def person_of(
    request: Request, mine: House, conn: Connection, wanted: uuid.UUID
) -> profiles.Person:
    """A person as the reader of this request may see her; an unmasked look is in the audit log.

    Raises web.not_allowed (403), web.person_unknown (404).
    """
    if not may(request, "people.read"):
        raise KervanError("web.not_allowed", status=403, right="people.read")
    numbers = list(profiles.heads(conn, [profiles.by_id(conn, wanted)]).values())
    found = mask.people(request, conn, profiles.contacts(conn, mine.keys, numbers))
    if not found:
        raise KervanError("web.person_unknown", status=404, person=wanted)
    return next(iter(found.values()))


def _users(conn: Connection) -> dict[str, list[User]]:
    """Who sends each message: journeys that are live, broadcasts that have not ended."""
    found: dict[str, list[User]] = {}
    for key, user in named.of_messages(conn):
        found.setdefault(key, []).append(User(kind=user.kind, key=user.key, name=user.name))
    for one in broadcasts.every(conn):
        if one.status not in _ENDED:
            wanted = one.wanted
            again = {wanted.resend.message} if wanted.resend else set()
            for key in sorted({variant.message for variant in wanted.variants} | again - {""}):
                user_of = User(kind="broadcast", key=one.key, name=wanted.name)
                found.setdefault(key, []).append(user_of)
    return found


def _facts(one: Version) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.definition.name,
        "intent": one.definition.intent,
        "version": one.number,
        "channels": [*one.definition.variants],
        "changed_at": one.at,
        "changed_by": one.by,
    }


def _whole(request: Request, one: Version) -> Whole:
    return Whole(
        **_facts(one),
        definition=msgspec.to_builtins(one.definition),
        templates=one.templates,
        warnings=_warned(request, one.warnings),
    )


def _planned(request: Request, plan: Plan, proposal: uuid.UUID | None = None) -> Planned:
    return Planned(
        key=plan.message.key,
        change=plan.change,
        version=plan.number,
        before=plan.before,
        warnings=_warned(request, plan.warnings),
        said=plan.say(locale_of(request)),
        proposal=proposal,
    )


def _warned(request: Request, found: list[Problem]) -> list[Warned]:
    locale = locale_of(request)
    return [Warned(path=one.path, code=one.code, message=one.what(locale)) for one in found]
