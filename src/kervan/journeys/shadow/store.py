"""Keeps the shadows: which texts are played on today's traffic, until when, and what that told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from kervan.journeys.rehearse import report as reports
from kervan.journeys.rehearse.report import Report
from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "store.sql")
MOST = 5
"""Shadows at once: they are played one after the other."""
DAYS, MOST_DAYS = 7, 31
"""For how long one is on unless somebody says otherwise, and at most."""
KEPT = timedelta(days=30)
"""For how long its last report stays after its end."""
LATE = timedelta(seconds=10)
"""Events are a moment under way: a play ends so long before it begins."""
TRIES = 3
"""Plays in a row that may fail."""
AGAIN = timedelta(minutes=10)
"""When a play that failed is tried again."""
ON, ENDED, FAILED = "on", "ended", "failed"


@dataclass(frozen=True, slots=True)
class Shadow:
    """A text in shadow from `since` to `until`; its last report is good up to `good_until`.

    `policy` (canonical JSON) is asked instead of the one in force, "" for that. `problem` is the
    code of why the last play failed. `report` is JSON, None in lists and before the first play.
    """

    key: str
    text: str
    policy: str
    sample: int
    seed: int
    since: datetime
    until: datetime
    by: str
    next_at: datetime | None
    tries: int
    took_ms: int
    good_until: datetime | None
    report: str | None
    problem: str

    def state(self, at: datetime) -> str:
        """on, ended, or failed: ended because it could not be played."""
        if self.until > at:
            return ON
        return FAILED if self.tries >= TRIES else ENDED

    def told(self) -> Report | None:
        """The last report; None without one, and for one that an older Kervan wrote otherwise."""
        try:
            return msgspec.json.decode(self.report or "null", type=Report | None)
        except msgspec.ValidationError:
            return None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be played; see Shadow."""

    key: str
    text: str
    policy: str = ""
    days: int = DAYS
    sample: int = 10
    seed: int = 1


def start(conn: Connection, wanted: Wanted, at: datetime, by: str) -> Shadow:
    """Put a text in shadow from `at` on, in the place of what was in shadow under its key.

    Raises journeys.shadow_days (422), journeys.shadow_too_many (409).
    """
    if not 1 <= wanted.days <= MOST_DAYS:
        raise KervanError("journeys.shadow_days", status=422, most=MOST_DAYS)
    conn.execute(_SQL.lock)
    row = conn.execute(_SQL.count, {"key": wanted.key, "at": at}).fetchone()
    if row is not None and row[0] >= MOST:
        raise KervanError("journeys.shadow_too_many", status=409, most=MOST)
    values = {
        "key": wanted.key, "text": wanted.text, "policy": wanted.policy, "sample": wanted.sample,
        "seed": wanted.seed, "since": at, "until": at + timedelta(days=wanted.days), "by": by,
        "next_at": at + 2 * LATE,
    }  # fmt: skip
    conn.execute(_SQL.put, values)
    return get(conn, wanted.key)


def stop(conn: Connection, key: str, at: datetime) -> Shadow:
    """End a shadow; it is played once more, up to now. Raises journeys.shadow_unknown (404)."""
    conn.execute(_SQL.stop, {"key": key, "at": at, "late": LATE})
    return get(conn, key)


def get(conn: Connection, key: str) -> Shadow:
    """The shadow under a key, also one that has ended. Raises journeys.shadow_unknown (404)."""
    # PostgreSQL takes no text with U+0000, so no key has one.
    row = None if "\0" in key else conn.execute(_SQL.one, {"key": key}).fetchone()
    if row is None:
        raise KervanError("journeys.shadow_unknown", status=404, key=key[:80])
    return Shadow(*row)


def every(conn: Connection) -> list[Shadow]:
    """All shadows by key, without their reports."""
    return [Shadow(*row) for row in conn.execute(_SQL.every).fetchall()]


def due(conn: Connection, at: datetime) -> Shadow | None:
    """The shadow that is to be played next, if one is due."""
    row = conn.execute(_SQL.due, {"at": at}).fetchone()
    return Shadow(*row) if row else None


def begin(conn: Connection, one: Shadow, at: datetime) -> None:
    """Note that it is being played: a play that never ends counts as one that failed."""
    _tell(conn, _SQL.begin, one, next_at=at + AGAIN)


def leave(conn: Connection, one: Shadow, at: datetime) -> None:
    """Note that its play was broken off by no fault of its own."""
    _tell(conn, _SQL.leave, one, next_at=at)


def keep(
    conn: Connection, one: Shadow, told: Report, good_until: datetime, took_ms: int,
    next_at: datetime,
) -> None:  # fmt: skip
    """Keep what a play told."""
    _tell(
        conn, _SQL.keep, one, report=reports.encode(told).decode(), good_until=good_until,
        took_ms=took_ms, next_at=next_at, late=LATE,
    )  # fmt: skip


def fail(conn: Connection, one: Shadow, problem: str, at: datetime, took_ms: int) -> None:
    """Keep why it could not be played; after TRIES in a row it ends."""
    _tell(conn, _SQL.fail, one, problem=problem, at=at, took_ms=took_ms, most=TRIES)


def _tell(conn: Connection, statement: str, one: Shadow, **values: Any) -> None:
    conn.execute(statement, {"key": one.key, "since": one.since, **values})


def tidy(conn: Connection, at: datetime) -> None:
    """Forget those that ended long ago."""
    conn.execute(_SQL.tidy, {"before": at - KEPT})


def forget(conn: Connection, people: list[int]) -> int:
    """Take the stories of erased people out of the reports; gives how many had one."""
    return conn.execute(_SQL.forget, {"people": people}).rowcount
