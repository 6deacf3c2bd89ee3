"""What a calendar shows of broadcasts: which begin, or began, between two days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kervan.delivery.broadcasts import schedule, store
from kervan.delivery.broadcasts.definition import Broadcast, decode
from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "planned.sql")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Planned:
    """One broadcast on the `day` and at the `time` of its author's clock.

    That is the workspace's, where `local` is false; else each person's own.
    """

    key: str
    version: int
    status: str
    wanted: Broadcast
    day: date
    time: time
    audience: int
    ended_at: datetime | None


def between(conn: Connection, first: date, last: date, zone: str, limit: int) -> list[Planned]:
    """Those from `first` to `last` (both days inclusive), the earliest first.

    A draft without a time of its own is on no day.
    """
    values = {
        # A day more at each end: offsets and people's own clocks are looked at below.
        "from_day": f"{first - _DAY:%Y%m%d}",
        "to_day": f"{last + _DAY:%Y%m%d}",
        "from": datetime.combine(first - _DAY, time(), UTC),
        "to": datetime.combine(last + 2 * _DAY, time(), UTC),
        "limit": limit,
    }
    found = []
    for key, version, status, text, began, audience, ended in conn.execute(_SQL.between, values):
        wanted = decode(text)
        at = _at(wanted, status, began, ZoneInfo(zone))
        if at is not None and first <= at.date() <= last:
            day, hour = at.date(), at.time().replace(microsecond=0)
            found.append(Planned(key, version, status, wanted, day, hour, audience, ended))
    return sorted(found, key=lambda one: (one.day, one.time, one.key))


def _at(wanted: Broadcast, status: str, began: datetime | None, zone: ZoneInfo) -> datetime | None:
    """What the author's clock shows when it begins."""
    said = schedule.clock_time(wanted.at)
    if wanted.local and said is not None:
        return said
    if began is not None and status != store.DRAFT:
        return began.astimezone(zone)
    if said is None:
        return None
    return said.astimezone(zone) if said.tzinfo is not None else said
