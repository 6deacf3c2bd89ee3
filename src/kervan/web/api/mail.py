"""How our mail stands with its receivers, what was noticed of it, and the limits it obeys."""

from datetime import date, datetime, timedelta
from typing import Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from kervan.delivery.channels import return_path
from kervan.delivery.mail import reports, rules, standing
from kervan.delivery.pacing import warm_up
from kervan.kernel import clock
from kervan.web import audit
from kervan.web.auth import right
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/mail", tags=["mail"])
_LEVELS: tuple[Literal["good", "warned", "held"], ...] = ("good", "warned", "held")


class Group(BaseModel):
    """Mail of one brand to one group of domains in the window, or since it was let go again.

    `bounces` is whatever came back, `complaints_held` whether marketing to them waits.
    """

    domain: str
    brand: str
    accepted: int
    complaints: int
    complaint_share: float
    complaints_level: Literal["good", "warned", "held"]
    bounces: int
    bounce_share: float
    bounces_level: Literal["good", "warned", "held"]


class Warming(BaseModel):
    """An account that is warmed up: today's ceiling (null once it is warm) and what it has had."""

    account: str
    day: date
    ceiling: int | None
    used: int
    target: int


class Campaign(BaseModel):
    """What came back of one journey's or broadcast's mails, by kind."""

    journey: str
    version: int
    kind: str
    count: int


class Standing(BaseModel):
    """All of it. `feedback_address` is what to name at mailbox providers' feedback loops, ""
    without a domain for bounces."""

    days: int
    bounce_domain: str
    feedback_address: str
    groups: list[Group]
    warm_up: list[Warming]
    campaigns: list[Campaign]


class Notice(BaseModel):
    """Something that was noticed: complaints_warned, complaints_held, bounces_warned."""

    id: int
    at: datetime
    what: str
    domain: str
    brand: str
    share: float
    accepted: int
    reports: int


@router.get("", dependencies=[right("channels.read")])
def stand(request: Request) -> Standing:
    """How we stand, by group of domains and brand; what is being warmed up."""
    mine, at = house(request), clock.now()
    zone, domain = mine.config.timezone, mine.config.bounce_domain
    with mine.connection() as conn:
        law = rules.current(conn)
        day = warm_up.today(at, zone)
        plans = [
            Warming(
                account=one.account, day=day, ceiling=one.ceiling(day), target=one.target,
                used=warm_up.used(conn, one.account, day),
            )
            for one in law.warm_up
        ]  # fmt: skip
        found = standing.groups(conn, at, law.standing)
        told = reports.campaigns(conn, at - timedelta(days=law.standing.days))
    key = return_path.key_of(mine.keys)
    return Standing(
        days=law.standing.days,
        bounce_domain=domain,
        feedback_address=return_path.feedback_address(domain, key) if domain else "",
        groups=[_group(one) for one in found],
        warm_up=plans,
        campaigns=[
            Campaign(journey=journey, version=version, kind=kind, count=count)
            for journey, version, kind, count in told
        ],
    )


def _group(one: standing.Group) -> Group:
    return Group(
        domain=one.domain,
        brand=one.brand,
        accepted=one.accepted,
        complaints=one.complaints,
        complaint_share=one.complaint_share,
        complaints_level=_LEVELS[one.complaints_level],
        bounces=one.bounces,
        bounce_share=one.bounce_share,
        bounces_level=_LEVELS[one.bounces_level],
    )


@router.get("/notices", dependencies=[right("channels.read")])
def notices(
    request: Request,
    before: int = Query(default=standing.LATEST, ge=1, le=standing.LATEST),
    limit: int = Query(default=50, ge=1, le=500),
) -> list[Notice]:
    """What was noticed, the newest first; the next page comes before the last one's id."""
    with house(request).connection() as conn:
        return [Notice(**one._asdict()) for one in standing.notices(conn, limit, before)]


@router.get("/rules", dependencies=[right("channels.read")])
def limits(request: Request) -> dict[str, Any]:
    """The limits in force."""
    with house(request).connection() as conn:
        return rules.shown(rules.current(conn))


@router.put("/rules", dependencies=[right("channels.manage")])
def change(request: Request, wanted: dict[str, Any]) -> dict[str, Any]:
    """Put limits into force; what is left out is as usual. Raises delivery.mail_rules_wrong (422).

    Senders take them up within seconds.
    """
    read = rules.read(wanted)
    reader = reader_of(request)
    with house(request).connection() as conn:
        rules.save(conn, read, f"{reader.kind} {reader.id}", clock.now())
        audit.record(conn, request, "mail.rules_changed", rules=rules.shown(read))
    return rules.shown(read)
