"""Publishing journeys, and pausing, resuming, stopping and undoing: planned first, then done."""

import uuid
from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kervan.collect import store
from kervan.consent import packs
from kervan.journeys import apply as applying
from kervan.journeys import parse
from kervan.journeys.apply import Plan
from kervan.journeys.approval import texts as approvals
from kervan.journeys.facts.live import LiveFacts
from kervan.journeys.publish import drafts, state
from kervan.journeys.publish.carry import Choice
from kervan.journeys.publish.heads import NOBODY, Ahead, Head
from kervan.journeys.publish.state import PAST, SPREAD_SECONDS, Deed, How
from kervan.journeys.steps.step import Facts
from kervan.journeys.text import LIMIT_BYTES
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web import audit
from kervan.web.api.accept import Plain
from kervan.web.api.approvals import ask
from kervan.web.api.journey_texts import Match, match_of
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.reader import reader_of
from kervan.web.state import House, house

router = APIRouter()
People = Literal["stay", "keep", "recompute"]


class Chosen(BaseModel):
    """What becomes of those inside: they stay on the version they entered, or move and keep their
    timers, or move and have their waits counted anew. `gone` says for each step that the new text
    lacks where its people go: a step's key, or "exit".
    """

    people: People = "stay"
    gone: dict[Plain, Plain] = {}


class Wanted(Chosen):
    """A text, or (without one) the draft, and what becomes of those inside."""

    text: Plain | None = Field(None, max_length=LIMIT_BYTES)


class Whither(BaseModel):
    """What a choice does with the people of a step: who comes to a step at once, who waits for a
    time between `first_at` and `last_at`, who waits for something else, who could not be moved.
    """

    at_once: int
    waiting: int
    open: int
    stays: int
    first_at: datetime | None
    last_at: datetime | None


class Counted(BaseModel):
    """How many stand on a step; `to` is where they would stand, "exit", or "" while the author
    has to say it.
    """

    step: str
    standing: int
    to: str
    stay: Whither
    keep: Whither
    recompute: Whither


class Planned(BaseModel):
    """What publishing does: `change` is new, changed or same, `version` what would be live.

    With a `proposal` it waits for another person's approval, and nothing has changed yet.
    """

    key: str
    change: str
    version: int
    before: int
    inside: int
    heads: list[Counted]
    said: str
    proposal: uuid.UUID | None = None


class Asked(BaseModel):
    """With `plan` nothing is done."""

    plan: bool = False


class Pause(Asked):
    """What time does meanwhile: it runs on, so that waits end, or it stops."""

    timers: Literal["run", "stop"] = "run"


class Resume(Asked):
    """Over how long people go on who stand before a step."""

    spread_seconds: int = Field(SPREAD_SECONDS, ge=0, le=30 * 86_400)


class Undo(Chosen):
    """With `plan` nothing is done; the choice is about those who entered meanwhile."""

    plan: bool = False


class Touched(BaseModel):
    """Whom a deed touches: the people inside, of whom `timed` wait for a time, and the messages
    that wait for a sender. `version` is live after it, 0 for none.
    """

    key: str
    deed: str
    state: str
    before: int
    version: int
    inside: int
    timed: int
    queued: int
    heads: list[Counted]
    said: str


@router.post("/{key}/plan", dependencies=[right("journeys.read")])
def plan(request: Request, key: str, wanted: Wanted) -> Planned:
    """What publishing would do, with the heads of each choice; nothing is done.

    Raises journeys.not_valid (422), journeys.draft_unknown (404), journeys.other_key (422).
    """
    mine = house(request)
    with mine.connection() as conn:
        text = _text(conn, key, wanted.text, mine.config.timezone)
        audit.changed_nothing(request)
        found = applying.plan(
            conn, text, locale_of(request), choice=_choice(wanted), zone=mine.config.timezone,
            facts=_facts(mine, conn),
        )  # fmt: skip
    return _planned(found, locale_of(request))


@router.post("/{key}/publish", dependencies=[right("journeys.publish")])
def publish(request: Request, key: str, wanted: Wanted, if_match: Match = "") -> Planned:
    """Make a text, or the draft, live; doing it twice does nothing the second time.

    With the live version you looked at in If-Match, the second of two who publish is told:
    journeys.published_meanwhile (409). Where the workspace asks for approval, it waits. Raises also
    journeys.not_valid, journeys.checklist_refuses, journeys.gone_unanswered,
    journeys.gone_unknown, journeys.other_key (422), journeys.draft_unknown (404), and
    journeys.draft_changed (409) when somebody wrote on the draft meanwhile.
    """
    mine, locale, expected = house(request), locale_of(request), match_of(if_match)
    law, choice = packs.of_country(mine.config.country), _choice(wanted)
    by, zone = str(reader_of(request).id), mine.config.timezone
    with mine.connection() as conn:
        draft = drafts.get(conn, key) if wanted.text is None else None
        text = _text(conn, key, draft.text if draft else wanted.text, zone)
        checked = applying.check(
            conn, text, locale, law=law, choice=choice, expected=expected, zone=zone
        )
        proposed = approvals.of_journey(conn, text, checked.before, choice, zone)
        if checked.change != "same" and (waits := ask(conn, request, proposed)):
            return _planned(checked, locale, waits.id)
        done = applying.apply(
            conn, text, clock.now(), locale, law=law, choice=choice, expected=expected, by=by,
            zone=zone,
        )  # fmt: skip
        if draft is not None:  # what somebody wrote meanwhile is not thrown away
            drafts.drop(conn, key, expected=draft.edition)
        if done.change == "same":
            audit.changed_nothing(request)
        else:
            facts = {"version": done.number, "people": choice.people, "inside": done.inside}
            audit.record(conn, request, "journey.published", key=key, **facts)
    return _planned(done, locale)


@router.post("/{key}/pause", dependencies=[right("journeys.publish")])
def pause(request: Request, key: str, asked: Pause, if_match: Match = "") -> Touched:
    """Hold people: nobody enters or comes to a next step; exits and goals act.

    Raises journeys.unknown_journey (404), and (409) journeys.not_live, journeys.not_paused,
    journeys.is_paused, journeys.published_meanwhile.
    """
    return _do(request, key, "pause", asked, How(timers=asked.timers, expected=match_of(if_match)))


@router.post("/{key}/resume", dependencies=[right("journeys.publish")])
def resume(request: Request, key: str, asked: Resume, if_match: Match = "") -> Touched:
    """Let people go on, one after the other. Raises what pause raises."""
    how = How(spread_seconds=asked.spread_seconds, expected=match_of(if_match))
    return _do(request, key, "resume", asked, how)


@router.post("/{key}/stop", dependencies=[right("journeys.publish")])
def stop(request: Request, key: str, asked: Asked, if_match: Match = "") -> Touched:
    """Let everybody leave and cancel what is queued. Raises what pause raises."""
    return _do(request, key, "stop", asked, How(expected=match_of(if_match)))


@router.post("/{key}/undo", dependencies=[right("journeys.publish")])
def undo(request: Request, key: str, asked: Undo, if_match: Match = "") -> Touched:
    """Make the version before live again; those who entered meanwhile stay or move.

    Raises what pause raises, journeys.nothing_to_undo (409), journeys.gone_unanswered and
    journeys.gone_unknown (422).
    """
    how = How(choice=_choice(asked), expected=match_of(if_match))
    return _do(request, key, "undo", asked, how)


def _do(request: Request, key: str, deed: Deed, asked: Asked | Undo, how: How) -> Touched:
    zone = house(request).config.timezone
    with house(request).connection() as conn:
        if asked.plan:
            audit.changed_nothing(request)
            asks = _facts(house(request), conn)
            found = state.plan(conn, key, deed, how, clock.now(), asks, zone)
        else:
            by = str(reader_of(request).id)
            found = state.do(conn, key, deed, how, clock.now(), by, zone=zone)
            facts = {"inside": found.inside, "queued": found.queued, "version": found.number}
            audit.record(conn, request, f"journey.{PAST[deed]}", key=key, **facts)
    return Touched(
        key=found.key, deed=deed, state=found.state, before=found.before, version=found.number,
        inside=found.inside, timed=found.timed, queued=found.queued,
        heads=[_counted(one) for one in found.heads], said=found.say(locale_of(request)),
    )  # fmt: skip


def _text(conn: Connection, key: str, given: str | None, zone: str) -> str:
    text = given if given is not None else drafts.get(conn, key).text
    found = parse.parse(text, zone).header.key
    if found != key:
        raise KervanError("journeys.other_key", status=422, key=key[:80], given=found)
    return text


def _facts(mine: House, conn: Connection) -> Facts:
    """What waits ask about people; a plan does not wait for history to catch up."""
    if not mine.config.clickhouse_url:
        return NOBODY
    workspace = store.workspace_id(conn, mine.config.workspace)
    return LiveFacts(conn, mine.history, workspace, mine.config.timezone, longest_seconds=0)


def _choice(wanted: Chosen) -> Choice:
    return Choice(wanted.people, {**wanted.gone})


def _planned(found: Plan, locale: str, proposal: uuid.UUID | None = None) -> Planned:
    return Planned(
        key=found.key, change=found.change, version=found.number, before=found.before,
        inside=found.inside, heads=[_counted(one) for one in found.heads], said=found.say(locale),
        proposal=proposal,
    )  # fmt: skip


def _counted(head: Head) -> Counted:
    ways = {people: _whither(ahead) for people, ahead in head.ahead.items()}
    return Counted(step=head.step, standing=head.standing, to=head.to, **ways)


def _whither(ahead: Ahead) -> Whither:
    times = (ahead.first_ms, ahead.last_ms) if ahead.waiting else (None, None)
    first, last = (None if one is None else clock.from_ms(one) for one in times)
    return Whither(
        at_once=ahead.at_once, waiting=ahead.waiting, open=ahead.open, stays=ahead.stays,
        first_at=first, last_at=last,
    )  # fmt: skip
