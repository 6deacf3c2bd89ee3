"""Why somebody went through a journey or never entered it; its numbers and who is behind."""

import base64
import uuid
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from kervan.insight import journey as report
from kervan.journeys.decided.read import Place
from kervan.journeys.numbers import behind, count
from kervan.journeys.why import gather, say
from kervan.journeys.why.line import Line, Story
from kervan.kernel import i18n
from kervan.kernel.errors import KervanError
from kervan.profiles import read as profiles
from kervan.web import mask
from kervan.web.api.accept import Number32, Text
from kervan.web.auth import may, right
from kervan.web.errors import locale_of
from kervan.web.state import house

router = APIRouter(tags=["journeys"])
_CURSOR_BYTES = 24  # a time, a run and a person, of 8 each
Figure = Literal["entered", "waiting", "came", "passed", "left", "goals", "refused"]


class Sentence(BaseModel):
    """One sentence of a story; `at_ms` is null for what stands or would have happened.

    `code` names the kind of sentence, `event` are properties of the event behind it.
    """

    at_ms: int | None
    code: str
    step: str
    facts: dict[str, Any]
    event: dict[str, Any]
    sentence: str


class Run(BaseModel):
    """One run through the journey, in the order in which things happened."""

    run: int
    version: int
    inside: bool
    story: list[Sentence]


class Why(BaseModel):
    """Her runs, the latest first; why she did not enter (again), the latest first; all as text."""

    journey: str
    name: str
    runs: list[Run]
    why_not: list[Sentence]
    said: str


class Step(BaseModel):
    """One step: who came, stands there now, passed by which exit, left there for which reason.

    `messages` are its messages by outcome; machines' opens and clicks are counted apart.
    """

    key: str
    kind: str
    came: int
    waiting: int
    passed: dict[str, int]
    left: dict[str, int]
    messages: dict[str, int]


class Version(BaseModel):
    """One version: runs, refusals and leavings by reason, goals, what they were worth by currency
    in minor units, and its steps."""

    version: int
    state: str
    entered: int
    inside: int
    goals: int
    refused: dict[str, int]
    left: dict[str, int]
    revenue: dict[str, int]
    steps: list[Step]


class Numbers(BaseModel):
    """A journey in numbers, the newest version first."""

    key: str
    name: str
    versions: list[Version]


class Behind(BaseModel):
    """One passage behind a number: whose, when, in which run (0: a refusal has none)."""

    person: uuid.UUID
    first_name: str
    at_ms: int
    run: int


class People(BaseModel):
    """A piece of the people behind a number; `cursor` asks for the next, null: there is no more."""

    people: list[Behind]
    cursor: str | None


@router.get("/{key}/people/{person}/why", dependencies=[right("people.read")])
def why(request: Request, key: str, person: uuid.UUID, language: str = "") -> Why:
    """Why a person went through a journey as she did, or never entered it, in sentences.

    `language` is tr, az or en; without one the reader's browser decides. What events say is masked
    for readers without the right people.reveal. Raises web.person_unknown and
    journeys.unknown_journey (404).
    """
    mine = house(request)
    is_whole = may(request, mask.REVEAL)
    with mine.connection() as conn:
        number = profiles.by_id(conn, person)
        if not number:
            raise KervanError("web.person_unknown", status=404, person=str(person))
        story = gather.why(conn, mine.history, key, number, mine.config.timezone)
        if is_whole:
            mask.reveal(request, conn, [str(person)])
    locale = language if language in i18n.LOCALES else locale_of(request)
    told = say.plain(story if is_whole else _covered(story), locale, mine.config.timezone)
    return Why.model_validate(told)


def _covered(story: Story) -> Story:
    runs = [replace(told, lines=[_cover(one) for one in told.lines]) for told in story.runs]
    return replace(story, runs=runs, missed=[_cover(one) for one in story.missed])


def _cover(line: Line) -> Line:
    """Its event's properties covered by the last word of their paths: `customer.name` is a name."""
    event = {path: mask.trait(path.rpartition(".")[2], one) for path, one in line.event.items()}
    return replace(line, event=event)


@router.get("/{key}/numbers", dependencies=[right("journeys.read")])
def numbers(request: Request, key: str) -> Numbers:
    """What a journey did, version by version and step by step, as of now.

    Raises journeys.unknown_journey (404).
    """
    mine = house(request)
    with mine.connection() as conn:
        known = gather.versions(conn, key, mine.config.timezone)
        counted = count.count(conn, mine.history, known)
    sent: dict[tuple[int, str], dict[str, int]] = {}
    for one in report.by_step(mine.history, key):
        sent.setdefault((one.version, one.step), {})[one.outcome] = one.messages
    told = [
        Version(
            version=each.version,
            state=of.state,
            entered=each.entered,
            inside=each.inside,
            goals=each.goals,
            refused=each.refused,
            left=each.left,
            revenue=each.revenue,
            steps=[
                Step(
                    key=step.key,
                    kind=step.kind,
                    came=step.came,
                    waiting=step.waiting,
                    passed=step.passed,
                    left=step.left,
                    messages=sent.get((each.version, step.key), {}),
                )
                for step in each.steps
            ],
        )
        for each, of in zip(counted, known, strict=True)
    ]
    return Numbers(key=key, name=known[-1].definition.header.name, versions=told[::-1])


@router.get("/{key}/people", dependencies=[right("people.read")])
def people(
    request: Request,
    key: str,
    figure: Figure,
    step: Text = "",
    exit_: Annotated[Text, Query(alias="exit")] = "",
    reason: Text = "",
    version: Number32 = 0,
    limit: int = Query(default=100, ge=1, le=1_000),
    cursor: Text | None = None,
) -> People:
    """The people behind a number, the latest first; `cursor` is the last answer's.

    `step`, `exit` and `reason` are the keys of the numbers, `version` a version's number (0: all).
    Names are masked for readers without the right people.reveal. Raises journeys.unknown_journey,
    journeys.no_such_step, journeys.no_such_exit (404), web.cursor_not_good (400).
    """
    mine = house(request)
    after = _place(cursor)
    with mine.connection() as conn:
        every = gather.versions(conn, key, mine.config.timezone)
        known = [one for one in every if version in (0, one.number)]
        asked = behind.Behind(figure, step, exit_, reason)
        found = behind.people(conn, mine.history, known, asked, limit, after)
        heads = profiles.heads(conn, {one.person for one in found})
        seen = mask.people(
            request, conn, profiles.contacts(conn, mine.keys, sorted(set(heads.values())))
        )
    told = [(one, seen.get(heads.get(one.person, one.person))) for one in found]
    return People(
        people=[
            Behind(person=who.id, first_name=who.first_name, at_ms=one.at_ms, run=one.run)
            for one, who in told
            if who is not None  # erased since
        ],
        cursor=_cursor(found[-1]) if len(found) == limit else None,
    )


def _cursor(last: Place) -> str:
    packed = b"".join(int(one).to_bytes(8, "big") for one in last)
    return base64.urlsafe_b64encode(packed).decode()


def _place(cursor: str | None) -> Place | None:
    if not cursor:
        return None
    try:
        packed = base64.b64decode(cursor, altchars=b"-_", validate=True)
    except ValueError:
        packed = b""
    numbers = [int.from_bytes(packed[i : i + 8], "big") for i in range(0, len(packed), 8)]
    bad = len(packed) != _CURSOR_BYTES or max(numbers) >= 2**63
    if bad or numbers[0] > Place().at_ms or numbers[2] >= 2**32:
        raise KervanError("web.cursor_not_good", status=400)
    return Place(*numbers)
