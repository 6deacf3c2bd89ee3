"""The business in figures: definitions, the overview of a period, and who and what is behind."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from kervan.insight.metrics import attention, health, period
from kervan.insight.metrics import overview as read
from kervan.insight.metrics.definitions import METRICS, metric
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.web.api import metric_shapes as shapes
from kervan.web.api.accept import Text
from kervan.web.api.overview_answer import answer
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.state import house

router = APIRouter(prefix="/v1", tags=["metrics"])
First = Annotated[date, Query(alias="from", description="first day, in the workspace's zone")]
Last = Annotated[date, Query(alias="to", description="last day, included")]
Limit = Annotated[int, Query(ge=1, le=500)]


@router.get("/metrics", dependencies=[right("metrics.read")])
def definitions(request: Request) -> list[shapes.Definition]:
    """Every figure there is and what it means, in the reader's language."""
    locale = locale_of(request)
    return [
        shapes.Definition(
            key=one.key, name=one.name(locale), definition=one.definition(locale),
            numerator=one.numerator(locale), denominator=one.denominator(locale),
            unit=one.unit, good=one.good,
        )
        for one in METRICS
    ]  # fmt: skip


@router.get("/overview", dependencies=[right("metrics.read")])
def overview(
    request: Request, first: First, last: Last, compare: Literal["previous", "none"] = "previous"
) -> shapes.Overview:
    """All figures of a period beside those of as many days before it.

    Raises insight.period_turned, insight.period_long, insight.period_far (422).
    """
    mine, locale, now = house(request), locale_of(request), clock.now()
    zone, at_ms = mine.config.timezone, clock.to_ms(now)
    asked = period.of(first, last, zone)
    before = period.before(asked, zone) if compare == "previous" else None
    with mine.connection() as conn:
        found = read.read(conn, mine.history, asked, before)
        needing = attention.find(conn, mine.history, at_ms)
        checks = health.examine(conn, mine.history, mine.config.workspace, now)
        names = attention.names(conn)
    return answer(found, asked, before, zone, at_ms, needing, checks, names, locale)


@router.get("/metrics/{key}/people", dependencies=[right("people.read")])
def people(
    request: Request,
    key: str,
    first: First,
    last: Last,
    channel: Text = "",
    campaign: Text = "",
    currency: Text = "",
    after: Text = "",
    limit: Limit = 50,
) -> shapes.People:
    """The people behind a figure, the latest first; also takes the right metrics.read.

    `campaign` is journey:<key> or broadcast:<key>. Raises insight.no_such_metric,
    insight.nothing_behind (404), web.cursor_not_good (400), insight.period_turned,
    insight.period_long (422).
    """
    metric(key)
    raise KervanError("web.busy", status=503)  # the answer is being built; the shape holds


@router.get("/metrics/{key}/messages", dependencies=[right("people.read")])
def messages(
    request: Request,
    key: str,
    first: First,
    last: Last,
    channel: Text = "",
    campaign: Text = "",
    outcome: Text = "",
    after: Text = "",
    limit: Limit = 50,
) -> shapes.Messages:
    """The messages behind a figure, the latest first; also takes the right metrics.read.

    `outcome` narrows `messages` down to one outcome. Raises insight.no_such_metric,
    insight.nothing_behind (404), web.cursor_not_good (400), insight.period_turned,
    insight.period_long (422).
    """
    if not metric(key).messages:
        raise KervanError("insight.nothing_behind", status=404, metric=key, kind="messages")
    raise KervanError("web.busy", status=503)  # the answer is being built; the shape holds
