"""What is sent on which day: broadcasts, the journeys' schedules, holidays and quiet hours."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from kervan.consent import holidays
from kervan.content.messages import store as messages
from kervan.delivery.broadcasts import planned
from kervan.delivery.policy import store as policies
from kervan.journeys.entry import ahead
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/calendar", tags=["broadcasts"])
MOST_DAYS = 62
_MOST_BROADCASTS = 2_000
_FIRST, _LAST = date(2000, 1, 1), date(2100, 1, 1)


class Sent(BaseModel):
    """A broadcast on its day; with `local` at that time of each person's own clock.

    `status` is that of the broadcast, `version` what a change is to be written over.
    """

    key: str
    name: str
    status: str
    version: int
    day: date
    time: str
    local: bool
    spread_hours: float
    channels: list[str]
    audience: int
    ended_at: datetime | None


class Fires(BaseModel):
    """A journey's schedule calls people: `state` is next, open, done, missed, skipped or refused.

    With `more` it has other times in these days that are not told.
    """

    key: str
    name: str
    state: str
    day: date
    time: str
    channels: list[str]
    people: int
    more: bool


class Holiday(BaseModel):
    """A public holiday in a country; with `quiet` the policy lets nothing go on it there."""

    day: date
    country: str
    name: str
    quiet: bool


class Quiet(BaseModel):
    """A rule of the policy in force: no message from `since` until `until` on these days (none:
    all), on each person's own clock; for all channels where none is named."""

    name: str
    since: str
    until: str
    days: list[str]
    channels: list[str]


class Calendar(BaseModel):
    """The days from `first` to `last` in the workspace's zone; `today` is there too."""

    first: date
    last: date
    today: date
    zone: str
    broadcasts: list[Sent]
    journeys: list[Fires]
    holidays: list[Holiday]
    quiet: list[Quiet]


@router.get("", dependencies=[right("journeys.read")])
def calendar(
    request: Request,
    first: Annotated[date, Query(alias="from")],
    last: Annotated[date, Query(alias="to")],
) -> Calendar:
    """What is planned, runs and was sent from one day to another, both inclusive.

    Raises web.calendar_span (422) for more than 62 days.
    """
    if not (_FIRST <= first <= last <= _LAST) or (last - first).days >= MOST_DAYS:
        raise KervanError("web.calendar_span", status=422, most=MOST_DAYS)
    mine = house(request)
    name, zone = mine.config.timezone, ZoneInfo(mine.config.timezone)
    now = clock.now()
    begins = datetime.combine(first, time(), zone)
    ends = datetime.combine(last + timedelta(days=1), time(), zone)
    with mine.connection() as conn:
        spoken = {one.key: [*one.definition.variants] for one in messages.every(conn)}
        sent = planned.between(conn, first, last, name, _MOST_BROADCASTS)
        fired = ahead.between(conn, begins, ends, now, name)
        quiet, quiet_in = _quiet(conn)
    countries = sorted({mine.config.country, *quiet_in})
    return Calendar(
        first=first, last=last, today=now.astimezone(zone).date(), zone=name,
        broadcasts=[_sent(one, spoken) for one in sent],
        journeys=[_fires(one, zone, spoken) for one in fired],
        holidays=[
            Holiday(day=day, country=country, name=said, quiet=country in quiet_in)
            for country in countries
            for day, said in holidays.between(country, first, last, locale_of(request))
        ],
        quiet=quiet,
    )  # fmt: skip


def _quiet(conn: Connection) -> tuple[list[Quiet], set[str]]:
    """The quiet hours in force, and the countries whose holidays are quiet."""
    found = policies.in_force(conn, clock.now())
    rules = found.policy.quiet if found else ()
    told = [
        Quiet(
            name=one.name, since=one.from_, until=one.until, days=[*one.days],
            channels=[*one.channels],
        )
        for one in rules if one.from_
    ]  # fmt: skip
    return told, {one.holidays for one in rules if one.holidays}


def _sent(one: planned.Planned, spoken: Mapping[str, list[str]]) -> Sent:
    wanted = one.wanted
    said = {channel for each in wanted.variants for channel in spoken.get(each.message, [])}
    return Sent(
        key=one.key, name=wanted.name, status=one.status, version=one.version, day=one.day,
        time=f"{one.time:%H:%M}", local=wanted.local, spread_hours=wanted.spread_hours,
        channels=[*(wanted.channels or sorted(said))], audience=one.audience,
        ended_at=one.ended_at,
    )  # fmt: skip


def _fires(one: ahead.Firing, zone: ZoneInfo, spoken: Mapping[str, list[str]]) -> Fires:
    at = one.at.astimezone(zone)
    said = {channel for each in one.messages for channel in spoken.get(each, [])}
    return Fires(
        key=one.key, name=one.name, state=one.state, day=at.date(), time=f"{at:%H:%M}",
        channels=sorted(said), people=one.people, more=one.more,
    )  # fmt: skip
