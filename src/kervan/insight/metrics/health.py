"""Looks the running system over in a few questions, as a marketer wants to know it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from kervan.delivery import outbox
from kervan.kernel import i18n, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "health.sql")
_LAG = timedelta(minutes=2)
_LATE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is well, and the facts of its sentence."""

    key: str
    ok: bool
    facts: dict[str, object] = field(default_factory=dict)

    def say(self, locale: str) -> str:
        """What was found, in a sentence."""
        word = "well" if self.ok else "ill"
        return i18n.say(f"insight.health_{self.key}_{word}", locale, **self.facts)


def examine(conn: Connection, client: Client | None, workspace: str, at: datetime) -> list[Check]:
    """Events that wait, events nobody understood, messages that wait, stops, the history.

    Without a `client` the history is away.
    """
    asked = {"workspace": workspace, "since": at - timedelta(days=1)}
    row = conn.execute(_SQL.intake, asked).fetchone()
    assert row is not None
    taken, resolved, letters = row
    oldest = min((one for one in (taken, resolved) if one is not None), default=None)
    minutes = round((at - oldest).total_seconds() / 60) if oldest else 0
    (late,) = conn.execute(_SQL.late, {"before": at - _LATE}).fetchone() or (0,)
    stops = [one.scope for one in outbox.stops(conn) if one.dropped_until is None]
    return [
        Check("events", oldest is None or at - oldest < _LAG, {"minutes": minutes}),
        Check("history", _answers(client)),
        Check("letters", not letters, {"count": letters}),
        Check("sending", not late, {"count": late}),
        Check("stops", not stops, {"scopes": ", ".join(stops[:5])}),
    ]


def _answers(client: Client | None) -> bool:
    try:
        return client is not None and bool(client.ping())
    except ClickHouseError:
        return False
