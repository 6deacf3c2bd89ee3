"""The texts of journeys: what is live, every version, what is being written, what was done."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, Field

from kervan.journeys import parse
from kervan.journeys.problem import JourneyNotValid
from kervan.journeys.publish import deeds, drafts
from kervan.journeys.publish.drafts import Draft
from kervan.journeys.publish.names import name_of
from kervan.journeys.text import LIMIT_BYTES
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.web import audit
from kervan.web.api.accept import Plain
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter()
Match = Annotated[str, Header(alias="if-match", max_length=100)]


class Listed(BaseModel):
    """A journey: `state` is draft, live, paused or stopped; `version` the last live one, 0 for a
    draft; `draft` whether somebody is writing on it.
    """

    key: str
    name: str
    state: str
    version: int
    inside: int
    draft: bool
    changed_at: datetime


class Written(BaseModel):
    """What is being written: `base` is the version it was begun from, `problems` what keeps it
    from being published as it is, a sentence each with its line and column.
    """

    key: str
    text: str
    base: int
    edition: int
    changed_at: datetime
    changed_by: str
    problems: list[str]


class Standing(BaseModel):
    """The text of a journey, live or of a version, and how it stands; the ETag is its version."""

    key: str
    name: str
    state: str
    version: int
    text: str
    inside: int
    paused_at: datetime | None
    timers: str


class Version(BaseModel):
    """One version: `state` is live, replaced or stopped, `inside` how many people are in it."""

    version: int
    state: str
    text: str
    at: datetime
    by: str | None
    inside: int


class Done(BaseModel):
    """What was done with a journey: publish, undo, pause, resume or stop; `people` is what became
    of the `inside` people. A publication that was taken back is `undone`.
    """

    deed: str
    version: int | None
    before: int | None
    people: str
    inside: int
    undone: bool
    at: datetime
    by: str


class Text(BaseModel):
    """A journey as its author writes it, in YAML or JSON."""

    text: Plain = Field(max_length=LIMIT_BYTES)


@router.get("/definitions", dependencies=[right("journeys.read")])
def definitions(request: Request) -> list[Listed]:
    """All journeys by key, drafts too."""
    with house(request).connection() as conn:
        written = {one.key: one for one in drafts.every(conn)}
        found = [
            Listed(
                key=one.key, name=name_of(one.text), state=one.state, version=one.version,
                inside=one.inside, draft=one.key in written, changed_at=one.at,
            )
            for one in deeds.every(conn)
        ]  # fmt: skip
    known = {one.key for one in found}
    found += [
        Listed(
            key=one.key, name=name_of(one.text), state="draft", version=0, inside=0, draft=True,
            changed_at=one.at,
        )
        for one in written.values()
        if one.key not in known
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.key)


@router.get("/{key}/definition", dependencies=[right("journeys.read")])
def definition(
    request: Request, response: Response, key: str, version: int | None = None
) -> Standing:
    """The text that is live, was last live, or of a `version`, and how the journey stands.

    The header ETag is the live version (0 while it is stopped): give it to publish. Raises
    journeys.unknown_journey (404), also for a version that there is not.
    """
    with house(request).connection() as conn:
        journey, past = deeds.find(conn, key), deeds.past(conn, key)
    wanted = version or (journey.number if journey else 0)
    for one in past:
        if journey is not None and one.number == (wanted or past[0].number):
            response.headers["ETag"] = f'"{journey.number}"'
            return Standing(
                key=key, name=name_of(one.text), state=journey.state, version=one.number,
                text=one.text, inside=sum(other.inside for other in past),
                paused_at=journey.paused_at, timers=journey.timers,
            )  # fmt: skip
    raise KervanError("journeys.unknown_journey", status=404, key=key[:80])


@router.get("/{key}/versions", dependencies=[right("journeys.read")])
def versions(request: Request, key: str) -> list[Version]:
    """Every version, the latest first. Raises journeys.unknown_journey (404)."""
    with house(request).connection() as conn:
        found = deeds.past(conn, key)
    if not found:
        raise KervanError("journeys.unknown_journey", status=404, key=key[:80])
    return [
        Version(
            version=one.number, state=one.state, text=one.text, at=one.at, by=one.by,
            inside=one.inside,
        )
        for one in found
    ]  # fmt: skip


@router.get("/{key}/deeds", dependencies=[right("journeys.read")])
def done(request: Request, key: str) -> list[Done]:
    """What was done with a journey, the latest first; [] for one that is not there."""
    with house(request).connection() as conn:
        found = deeds.listed(conn, key)
    return [Done(**{name: getattr(one, name) for name in Done.model_fields}) for one in found]


@router.get("/{key}/draft", dependencies=[right("journeys.read")])
def draft(request: Request, response: Response, key: str) -> Written:
    """What is being written; the ETag is its edition. Raises journeys.draft_unknown (404)."""
    with house(request).connection() as conn:
        return _written(request, response, drafts.get(conn, key))


@router.put("/{key}/draft", dependencies=[right("journeys.edit")])
def write(
    request: Request, response: Response, key: str, wanted: Text, if_match: Match = ""
) -> Written:
    """Keep a text, which need not be right yet; the answer says what is wrong with it.

    With the edition you read in If-Match (0 for a new one), what somebody else wrote meanwhile is
    not lost: journeys.draft_changed (409). Raises also journeys.bad_key (422).
    """
    with house(request).connection() as conn:
        journey = deeds.find(conn, key)
        made = drafts.write(
            conn, key, wanted.text, journey.number if journey else 0, clock.now(),
            str(reader_of(request).id), expected=match_of(if_match),
        )  # fmt: skip
        audit.record(conn, request, "journey.drafted", key=key, edition=made.edition)
    return _written(request, response, made)


@router.delete("/{key}/draft", status_code=204, dependencies=[right("journeys.edit")])
def drop(request: Request, key: str, if_match: Match = "") -> None:
    """Throw a draft away. Raises journeys.draft_unknown (404), journeys.draft_changed (409)."""
    with house(request).connection() as conn:
        drafts.get(conn, key)
        drafts.drop(conn, key, expected=match_of(if_match))
        audit.record(conn, request, "journey.draft_dropped", key=key)


@router.delete("/{key}", status_code=204, dependencies=[right("journeys.publish")])
def delete(request: Request, key: str) -> None:
    """Put a stopped journey away, once nobody is inside; its history stays.

    Raises journeys.unknown_journey (404), journeys.still_live and journeys.still_inside (409).
    """
    with house(request).connection() as conn:
        deeds.delete(conn, key, clock.now())
        drafts.drop(conn, key)
        audit.record(conn, request, "journey.deleted", key=key)


def match_of(given: str) -> int | None:
    """The number in an If-Match header, None without one. Raises journeys.bad_match (422)."""
    word = given.strip().removeprefix("W/").strip('"')
    if not word or word == "*":
        return None
    if not (word.isascii() and word.isdigit()) or len(word) > 9:
        raise KervanError("journeys.bad_match", status=422, given=given[:40])
    return int(word)


def _written(request: Request, response: Response, found: Draft) -> Written:
    response.headers["ETag"] = f'"{found.edition}"'
    problems: list[str] = []
    try:
        parse.parse(found.text, house(request).config.timezone)
    except JourneyNotValid as error:
        problems = [one.say(locale_of(request)) for one in error.problems]
    return Written(
        key=found.key, text=found.text, base=found.base, edition=found.edition,
        changed_at=found.at, changed_by=found.by, problems=problems,
    )  # fmt: skip
