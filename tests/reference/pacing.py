"""Caps, gaps and quiet hours done the slow way: one message after another, minute by minute.

Shares no code with the house: the standard library's zones, lists, and loops.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Hours:
    """A quiet interval: minutes of the day, the days it begins on."""

    start: int
    end: int
    days: tuple[str, ...]


def is_quiet(at: datetime, zone: str, hours: list[Hours]) -> bool:
    """Whether the clock on the wall says a time inside an interval."""
    wall = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    for one in hours:
        length = one.end - one.start if one.end > one.start else one.end - one.start + 1440
        for back in (0, 1):
            day = wall.date() - timedelta(days=back)
            if one.days and _DAYS[day.weekday()] not in one.days:
                continue
            begin = datetime.combine(day, time()) + timedelta(minutes=one.start)
            if begin <= wall < begin + timedelta(minutes=length):
                return True
    return False


def free_from(
    at: datetime, zones: list[str], hours: list[Hours], most_minutes: int
) -> datetime | None:
    """The first instant from `at` on, itself or on a whole minute, that is quiet nowhere."""
    if not any(is_quiet(at, zone, hours) for zone in zones):
        return at
    here = at.replace(second=0, microsecond=0)
    for _ in range(most_minutes):
        here += timedelta(minutes=1)
        if not any(is_quiet(here, zone, hours) for zone in zones):
            return here
    return None


@dataclass(frozen=True)
class Limit:
    """At most `most` in a unit of the calendar or in any `rolling_ms`, of some channels."""

    most: int
    unit: str
    rolling_ms: int
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Message:
    """One message of one person."""

    person: int
    at_ms: int
    channel: str
    zone: str


def same_window(limit: Limit, earlier_ms: int, at_ms: int, zone: str) -> bool:
    """Whether something sent at `earlier` counts against a message at `at`."""
    if limit.rolling_ms:
        return at_ms - limit.rolling_ms < earlier_ms
    wall, before = (_wall(ms, zone) for ms in (at_ms, earlier_ms))
    if limit.unit == "hour":
        return (wall.date(), wall.hour) == (before.date(), before.hour)
    if limit.unit == "day":
        return wall.date() == before.date()
    if limit.unit == "week":
        return wall.isocalendar()[:2] == before.isocalendar()[:2]
    return (wall.year, wall.month) == (before.year, before.month)


def may_go(message: Message, went: list[Message], limits: list[Limit]) -> int:
    """-1 when it may, else the first limit that is full."""
    for place, limit in enumerate(limits):
        if limit.channels and message.channel not in limit.channels:
            continue
        used = sum(
            one.person == message.person
            and (not limit.channels or one.channel in limit.channels)
            and same_window(limit, one.at_ms, message.at_ms, message.zone)
            for one in went
        )
        if used >= limit.most:
            return place
    return -1


def _wall(at_ms: int, zone: str) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(zone))
