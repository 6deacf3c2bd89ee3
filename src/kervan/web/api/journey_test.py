"""Tries a journey with a person, real or made up: the story of what would happen, step by step."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kervan.content.messages import store as messages
from kervan.journeys import parse
from kervan.journeys.tested import real, tried
from kervan.journeys.tested.definition import Outcome
from kervan.journeys.tested.facts import Her
from kervan.journeys.tested.play import Letter, Told
from kervan.journeys.text import LIMIT_BYTES
from kervan.journeys.triggers import instant
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.kernel.shaped import NotValid, Problem, shown
from kervan.profiles import read as profiles
from kervan.web import audit, auth
from kervan.web.api.accept import Plain, Text
from kervan.web.auth import right
from kervan.web.state import House, house

router = APIRouter()
_MOST_LATER = 50
_LAST_MS = 32_503_680_000_000
"""The year 3000: the clock of a trial runs on from there, and has to be told as a date."""
_Channel = Literal[
    "email", "sms", "whatsapp", "push", "web_push", "inbox", "call", "store", "telegram",
    "instagram", "messenger", "webhook",
]  # fmt: skip


class MadeUp(BaseModel, extra="forbid"):
    """Somebody who is nobody's profile. Null channels or consents are all of them."""

    channels: list[_Channel] | None = None
    consents: list[_Channel] | None = None
    segments: list[Text] = []
    traits: dict[str, Any] = {}
    language: Text = ""


class Doing(BaseModel, extra="forbid"):
    """What she does so long `after` the beginning ("2 hours"): an event, or a reaction to the
    message of a step."""

    after: Text = ""
    event: Text = ""
    properties: dict[str, Any] = {}
    reaction: Literal["opens", "clicks", "bounces", "complains", "receives", ""] = ""
    step: Text = ""


class Attempt(BaseModel, extra="forbid"):
    """A journey's text and a story to try it with.

    `person` is one of the workspace's people (needs people.read), else she is `made_up`. `start` is
    a time on her clock ("2026-03-02 10:00"), "" for now; without `event` it is the trigger's.
    By step, `outcomes` says what becomes of its message, `reactions` what she does a minute after
    it went out, and `ways` which way an experiment draws.
    """

    text: Plain = Field(max_length=LIMIT_BYTES)
    person: UUID | None = None
    made_up: MadeUp = MadeUp()
    start: Text = ""
    event: Text = ""
    properties: dict[str, Any] = {}
    later: Annotated[list[Doing], Field(max_length=_MOST_LATER)] = []
    outcomes: dict[str, Outcome] = {}
    reactions: dict[str, Literal["opens", "clicks", "bounces", "complains"]] = {}
    ways: dict[str, str] = {}
    days: Annotated[int, Field(ge=1, le=tried.MOST_DAYS)] = 60


class Scene(BaseModel):
    """One thing that would happen. `what` is event, entered, refused, came (and waits), took (an
    `exit` of the step), did, message (`channel` "" for none, with its `outcome`), goal or left (by
    which way in `exit`)."""

    at: datetime
    what: str
    step: str
    exit: str
    event: str
    message: str
    channel: str
    outcome: str
    reason: str


class Story(BaseModel):
    """What would happen, in its order; `stands` is where she still is when the clock stops at
    `ends_at`, "" where the story is over. `missed` numbers what she could not do."""

    scenes: list[Scene]
    stands: str
    zone: str
    begins_at: datetime
    ends_at: datetime
    missed: list[int]
    cut: bool


@router.post("/test", dependencies=[right("journeys.read")])
def test(request: Request, wanted: Attempt) -> Story:
    """Play a text with one person on a clock of its own; nothing is sent, written or kept.

    Raises journeys.not_valid, journeys.tested_not_valid (422), web.person_unknown (404),
    web.not_allowed (403) for a real person without people.read.
    """
    audit.changed_nothing(request)
    mine = house(request)
    _writable(wanted)
    journey = parse.parse(wanted.text, mine.config.timezone)
    with mine.connection() as conn:
        her = _her(request, conn, mine, wanted)
        letters = {
            one.key: Letter(tuple(one.definition.variants), one.definition.purpose)
            for one in messages.every(conn)
        }
    later = [
        tried.Later(one.after, one.event, one.properties, one.reaction, one.step)
        for one in wanted.later
    ]
    wish = tried.Wish(
        wanted.event,
        wanted.properties,
        later,
        wanted.outcomes,
        wanted.ways,
        wanted.reactions,
        wanted.days,
    )
    found = tried.attempt(journey, letters, her, wish)
    return Story(
        scenes=[_scene(one) for one in found.told], stands=found.stands, zone=her.zone,
        begins_at=clock.from_ms(her.start_ms), ends_at=clock.from_ms(found.end_ms),
        missed=[*found.missed], cut=found.cut,
    )  # fmt: skip


def _writable(wanted: Attempt) -> None:
    """What the history could not hold is no event. Raises web.not_valid (422)."""
    try:
        msgspec.json.encode(
            [wanted.properties, wanted.made_up.traits, *(one.properties for one in wanted.later)]
        )
    except (OverflowError, UnicodeEncodeError, RecursionError, msgspec.MsgspecError) as error:
        problem = str(error)[:300].encode("utf-8", "replace").decode()
        raise KervanError(
            "web.not_valid", status=422, field="properties", problem=problem
        ) from None


def _her(request: Request, conn: Connection, mine: House, wanted: Attempt) -> Her:
    zone, now = mine.config.timezone, clock.now()
    if wanted.person is None:
        her = Her(zone, clock.to_ms(now))
        said = wanted.made_up
        her.traits, her.segments, her.language = said.traits, said.segments, said.language
        her.channels = her.channels if said.channels is None else [*said.channels]
        her.consents = her.consents if said.consents is None else [*said.consents]
    else:
        her = _known(request, conn, mine, wanted.person, now)
    if wanted.start:
        begins = instant.parse(wanted.start, her.zone)
        if begins is None or not 0 < begins < _LAST_MS:
            facts = {"given": shown(wanted.start), "what": "2026-03-02 10:00"}
            problem = Problem("journeys.tested_unfit", "/start", facts)
            raise NotValid("journeys.tested_not_valid", [problem])
        her.start_ms = begins
    return her


def _known(request: Request, conn: Connection, mine: House, person: UUID, now: datetime) -> Her:
    if not auth.may(request, "people.read"):
        raise KervanError("web.not_allowed", status=403, right="people.read")
    number = profiles.by_id(conn, person)
    head = profiles.heads(conn, [number]).get(number, 0)
    config = mine.config
    her = real.her(
        conn, mine.history, mine.keys, head, config.timezone, config.country, clock.to_ms(now), now
    )
    if her is None:
        raise KervanError("web.person_unknown", status=404, person=str(person))
    audit.record(conn, request, "journey.tested", person=str(person))
    return her


def _scene(one: Told) -> Scene:
    facts = one.facts
    said = {name: str(facts.get(name) or "") for name in _SAID}
    said["exit"] = said["exit"] or str(facts.get("state") or "")
    return Scene(at=clock.from_ms(one.at_ms), what=one.what, **said)


_SAID = ("step", "exit", "event", "message", "channel", "outcome", "reason")
