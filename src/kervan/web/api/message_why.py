"""Why a message went or did not: every rule the gate tried, the facts, what would change it."""

import uuid
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.delivery import why as answers
from kervan.delivery.why import Judged
from kervan.kernel import i18n
from kervan.web.auth import right
from kervan.web.state import house

router = APIRouter(tags=["messages"])


class Rule(BaseModel):
    """One rule of one decision: `outcome` is passed, refused, not_asked or not_needed."""

    rule: str
    outcome: str
    facts: dict[str, Any]


class Change(BaseModel):
    """One thing that would have changed a decision."""

    code: str
    facts: dict[str, Any]
    sentence: str


class Decision(BaseModel):
    """One time the gate was asked; `policy` is the number of the version it went by, 0 for none."""

    at: datetime
    attempt: int
    channel: str
    verdict: str
    reason: str
    until: datetime | None
    policy: int
    rules: list[Rule]
    change: list[Change]


class Coupon(BaseModel):
    """A pool of coupons that a message asked: `state` is reserved, given or redeemed, or `reason`
    says why it got no code."""

    pool: str
    state: str = ""
    reason: str = ""


class Why(BaseModel):
    """A message, how it stands, each decision about it, and all of it in sentences.

    `due_at` is when the gate is asked next, null when it is not. `chosen` holds the counts by which
    channel and hour were chosen for the person, {} where they were not.
    """

    message: uuid.UUID
    channel: str
    message_class: str
    journey: str
    step: str
    state: str
    reason: str
    intended_at: datetime
    expires_at: datetime
    handed_at: datetime | None
    finished_at: datetime | None
    due_at: datetime | None
    chosen: dict[str, Any]
    decisions: list[Decision]
    coupons: list[Coupon]
    said: str


@router.get("/v1/messages/{message}/why", dependencies=[right("consent.read")])
def why(request: Request, message: uuid.UUID, language: str = "") -> Why:
    """Why a message went, waits or was not sent. Raises delivery.message_unknown (404).

    `language` is tr, az or en; without one the reader's browser decides.
    """
    mine = house(request)
    with mine.connection() as conn:
        told = answers.why(conn, message)
    locale = language or i18n.pick(request.headers.get("accept-language", ""), mine.config.locale)
    return Why(
        message=told.message,
        channel=told.channel,
        message_class=told.message_class,
        journey=told.journey,
        step=told.step,
        state=told.state.name.lower(),
        reason=told.reason,
        intended_at=told.intended_at,
        expires_at=told.expires_at,
        handed_at=told.handed_at,
        finished_at=told.finished_at,
        due_at=told.due_at,
        chosen=told.chosen,
        decisions=[_decision(one, locale) for one in told.judged],
        coupons=[Coupon(**one) for one in told.coupons],
        said=answers.say(told, locale, mine.config.timezone),
    )


def _decision(one: Judged, locale: str) -> Decision:
    return Decision(
        at=one.at,
        attempt=one.attempt,
        channel=one.channel,
        verdict=one.verdict.name.lower(),
        reason=one.reason.code if one.reason else "",
        until=one.until,
        policy=one.policy,
        rules=[Rule(rule=t.rule, outcome=t.outcome, facts=t.facts) for t in one.rules],
        change=[
            Change(code=code, facts=facts, sentence=i18n.say(code, locale, **facts))
            for code, facts in one.change
        ],
    )
