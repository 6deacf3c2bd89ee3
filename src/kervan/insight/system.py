"""Looks at the machinery: the engines and what they hold, what waits in each queue, the disk."""

import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from kervan.insight import ask
from kervan.kernel import i18n, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "system.sql")
_HISTORY = sql.load(__package__, "system_history.sql")
_LATE = {
    "journeys": timedelta(minutes=5),
    "doubts": timedelta(hours=1),
    "receivers": timedelta(),
    "erasures": timedelta(days=1),
}
"""From when on what waits there needs somebody; of the other queues the overview's checks tell."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A database: its own version ("" where it does not answer) and the bytes of this workspace."""

    key: str
    version: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits: how much, and since when the oldest does (None where nothing waits)."""

    key: str
    waiting: int
    since: datetime | None

    def is_late(self, at: datetime) -> bool:
        """Whether it has waited for longer than it should."""
        limit = _LATE.get(self.key)
        return limit is not None and self.since is not None and at - self.since > limit

    def say(self, at: datetime, locale: str) -> str:
        """What is late, and what to do about it."""
        minutes = round((at - self.since).total_seconds() / 60) if self.since else 0
        facts: dict[str, object] = {"count": self.waiting, "minutes": minutes}
        return i18n.say(f"insight.queue_{self.key}", locale, **facts)


@dataclass(frozen=True, slots=True)
class Space:
    """The disk on which the data lies, in bytes."""

    free: int
    total: int


@dataclass(frozen=True, slots=True)
class Machinery:
    """All of it at one instant."""

    engines: list[Engine]
    queues: list[Queue]
    space: Space


def look(
    conn: Connection, client: Client | None, data: Path, workspace: str, at: datetime
) -> Machinery:
    """Ask both engines and the disk below `data`; changes nothing. No `client`: history is away."""
    row = conn.execute(_SQL.engine).fetchone()
    assert row is not None
    queues = conn.execute(_SQL.queues, {"workspace": workspace, "at": at}).fetchall()
    place = next(path for path in (data, *data.parents) if path.exists())
    usage = shutil.disk_usage(place)
    return Machinery(
        [Engine("postgres", *row), _history(client)],
        [Queue(*one) for one in queues],
        Space(usage.free, usage.total),
    )


def _history(client: Client | None) -> Engine:
    if client is not None:
        with suppress(ClickHouseError):
            version, held = ask.row(client, _HISTORY.engine, {})
            return Engine("clickhouse", str(version), int(held))
    return Engine("clickhouse", "", 0)
