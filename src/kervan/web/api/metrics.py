"""The business in figures: definitions, the overview of a period, and who and what is behind."""

import base64
import re
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from kervan.insight.metrics import attention, behind, health, period, windows
from kervan.insight.metrics import overview as read
from kervan.insight.metrics.definitions import METRICS, metric
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.profiles import read as profiles
from kervan.web import audit, mask
from kervan.web.api import metric_shapes as shapes
from kervan.web.api.accept import Text
from kervan.web.api.kept import Kept
from kervan.web.api.overview_answer import answer
from kervan.web.auth import may, right
from kervan.web.errors import locale_of
from kervan.web.state import house

router = APIRouter(prefix="/v1", tags=["metrics"])
First = Annotated[date, Query(alias="from", description="first day, in the workspace's zone")]
Last = Annotated[date, Query(alias="to", description="last day, included")]
_CURSOR = re.compile(r"([0-9]{1,15}):([0-9a-fA-F-]{1,60})", re.ASCII)
_kept: Kept[tuple[read.Overview, int]] = Kept()
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

    What took long to count is told for a while without counting again; `counted_at` says when, and
    `renewing` that it is being counted anew meanwhile.

    Raises insight.period_turned, insight.period_long, insight.period_far (422).
    """
    mine, locale, now = house(request), locale_of(request), clock.now()
    zone, at_ms = mine.config.timezone, clock.to_ms(now)
    asked = period.of(first, last, zone)
    before = period.before(asked, zone) if compare == "previous" else None

    def count() -> tuple[read.Overview, int]:
        with mine.connection() as conn:
            return read.read(conn, mine.history, rules, asked, before), at_ms

    with mine.connection() as conn:
        rules = windows.in_force(conn)
        needing = attention.find(conn, mine.history, at_ms)
        checks = health.examine(conn, mine.history, mine.config.workspace, now)
        names = attention.names(conn)
    # The house is part of the question, so that one process may serve several.
    told = _kept.get((mine, asked, before, rules), count)
    found, counted_ms = told.answer
    whole = answer(found, asked, before, zone, counted_ms, needing, checks, names, locale)
    whole.renewing = told.is_old
    return whole


@router.get("/metrics/{key}/people", dependencies=[right("people.read")])
def people(
    request: Request,
    key: str,
    first: First,
    last: Last,
    channel: Text = "",
    campaign: Text = "",
    currency: Text = "",
    segment: Text = "",
    after: Text = "",
    limit: Limit = 50,
) -> shapes.People:
    """The people behind a figure, the latest first; also takes the right metrics.read.

    `campaign` is journey:<key> or broadcast:<key>; `segment` narrows attributed_revenue down to
    who was in it when she clicked the message, or it arrived. Raises insight.no_such_metric,
    insight.nothing_behind, insight.no_such_segment (404), web.cursor_not_good (400),
    insight.period_turned, insight.period_long (422).
    """
    metric(key)
    _may_read(request)
    mine = house(request)
    asked = period.of(first, last, mine.config.timezone)
    part = behind.Asked(key, channel, campaign, currency, segment=segment)
    with mine.connection() as conn:
        rules = windows.in_force(conn)
        here = _place(after, is_number=True)
        found = behind.people(conn, mine.history, rules, asked, part, limit, here)
        known = mask.people(
            request, conn, profiles.contacts(conn, mine.keys, [one.person for one in found])
        )
    last_one = found[-1] if len(found) == limit else None
    return shapes.People(
        people=[
            shapes.Behind(
                person=known[one.person].id, name=_name(known[one.person]),
                email=known[one.person].email, at=clock.from_ms(one.at_ms), count=one.times,
                currency=one.currency, value_minor=one.minor,
            )
            for one in found
            if one.person in known
        ],
        cursor=_cursor(last_one.at_ms, str(last_one.person)) if last_one else None,
    )  # fmt: skip


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
    _may_read(request)
    mine = house(request)
    asked = period.of(first, last, mine.config.timezone)
    part = behind.Asked(key, channel, campaign, "", outcome)
    with mine.connection() as conn:
        rules = windows.in_force(conn)
        found = behind.messages(mine.history, rules, asked, part, limit, _place(after))
        known = profiles.contacts(conn, mine.keys, [one.person for one in found])
    last_one = found[-1] if len(found) == limit else None
    return shapes.Messages(
        messages=[
            shapes.MessageRow(
                message=one.message,
                person=known[one.person].id if one.person in known else None,
                channel=one.channel, campaign=one.campaign, step=one.step,
                at=clock.from_ms(one.sent_ms), outcome=one.outcome,
                clicked_at=clock.from_ms(one.clicked_ms) if one.clicked_ms else None,
                orders=one.orders, currency=one.currency, revenue_minor=one.minor,
            )
            for one in found
        ],
        cursor=_cursor(last_one.listed_ms, last_one.message) if last_one else None,
    )  # fmt: skip


@router.get("/attribution", dependencies=[right("metrics.read")])
def all_windows(request: Request) -> list[shapes.Window]:
    """How long after a message of each channel an order still belongs to it."""
    with house(request).connection() as conn:
        return [_window(one) for one in windows.in_force(conn).named]


@router.put("/attribution", dependencies=[right("metrics.manage")])
def set_window(request: Request, wanted: shapes.Window) -> list[shapes.Window]:
    """Set one channel's windows; figures of the past are counted by them, too.

    Raises insight.window_wrong (422).
    """
    with house(request).connection() as conn:
        given = windows.Window(wanted.channel, wanted.click_seconds, wanted.delivered_seconds)
        windows.put(conn, given)
        audit.record(conn, request, "metrics.window_set", **wanted.model_dump())
        return [_window(one) for one in windows.in_force(conn).named]


def _window(one: windows.Window) -> shapes.Window:
    return shapes.Window(
        channel=one.channel, click_seconds=one.click_seconds,
        delivered_seconds=one.delivered_seconds,
    )  # fmt: skip


def _may_read(request: Request) -> None:
    if not may(request, "metrics.read"):
        raise KervanError("web.not_allowed", status=403, right="metrics.read")


def _name(one: profiles.Person) -> str:
    last = str(one.traits.get("lastName") or one.traits.get("last_name") or "")
    return f"{one.first_name} {last}".strip()


def _cursor(at_ms: int, id_: str) -> str:
    return base64.urlsafe_b64encode(f"{at_ms}:{id_}".encode()).decode()


def _place(cursor: str, *, is_number: bool = False) -> behind.Place | None:
    """The place a cursor stands for. Raises web.cursor_not_good (400)."""
    if not cursor:
        return None
    try:
        text = base64.b64decode(cursor, altchars=b"-_", validate=True).decode()
    except ValueError:
        text = ""
    found = _CURSOR.fullmatch(text)
    if not found or (is_number and not (found[2].isdecimal() and int(found[2]) < 2**32)):
        raise KervanError("web.cursor_not_good", status=400)
    return behind.Place(int(found[1]), found[2])
