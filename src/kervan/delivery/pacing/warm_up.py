"""Keeps a new sending identity to so many mails a day, more each day, whoever sends and dies when.

A mail takes its place in a day's ceiling once, however often it is tried that day; places lie in
PostgreSQL and are given away by one sender at a time.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kervan.delivery.desk import Job
from kervan.delivery.mail.rules import WarmUp
from kervan.delivery.states import MARKETING
from kervan.kernel import postgres, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "warm_up.sql")
WARMING = "delivery.warm_up"
_SPREAD_MINUTES = 30
_KEPT = timedelta(days=3)


def today(at: datetime, zone: str) -> date:
    """The day of an instant where the workspace is."""
    return at.astimezone(ZoneInfo(zone)).date()


def next_day(at: datetime, zone: str, message: uuid.UUID) -> datetime:
    """When a mail that found no place comes back: tomorrow, a little after midnight, each at its
    own instant."""
    place = ZoneInfo(zone)
    tomorrow = at.astimezone(place).date() + timedelta(days=1)
    midnight = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=place)
    spread = (message.int & 0xFFFF) * _SPREAD_MINUTES * 60 / 0x10000
    return midnight.astimezone(at.tzinfo) + timedelta(seconds=spread)


def fit(
    conn: Connection, plan: WarmUp, jobs: Sequence[Job], day: date
) -> tuple[list[Job], list[Job]]:
    """Those of `jobs` with a place in the plan's day, and the others; the transaction takes it.

    What is no marketing comes first and, where the plan says so, goes beyond the ceiling.
    """
    most = plan.ceiling(day)
    if most is None or not jobs:
        return list(jobs), []
    values = {"account": plan.account, "day": day}
    conn.execute(_SQL.hold, values)
    row = conn.execute(_SQL.taken, values).fetchone()
    room = most - (int(row[0]) if row else 0)
    asked = {"messages": postgres.uuids(one.claim.subject.message for one in jobs), **values}
    mine = {message for (message,) in conn.execute(_SQL.mine, asked).fetchall()}
    going, waiting, new = [], [], []
    for one in sorted(jobs, key=lambda one: one.claim.message_class == MARKETING):
        message = one.claim.subject.message
        is_free = plan.only_marketing and one.claim.message_class != MARKETING
        if message in mine:
            going.append(one)
        elif room > 0 or is_free:
            going.append(one)
            new.append(message)
            room -= 1
        else:
            waiting.append(one)
    if new:
        conn.execute(_SQL.take, {"messages": postgres.uuids(new), **values})
    return going, waiting


def used(conn: Connection, account: str, day: date) -> int:
    """How many places of an account's day are taken."""
    row = conn.execute(_SQL.taken, {"account": account, "day": day}).fetchone()
    return int(row[0]) if row else 0


def tidy(conn: Connection, at: datetime) -> None:
    """Let go of days long past."""
    conn.execute(_SQL.tidy, {"before": (at - _KEPT).date()})
