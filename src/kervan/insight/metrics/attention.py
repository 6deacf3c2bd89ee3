"""Finds the journeys that need somebody: failing, silent, holding everybody, stopped."""

from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from kervan.delivery import outbox
from kervan.insight import ask
from kervan.journeys import stored
from kervan.journeys.publish import deeds
from kervan.kernel import clock, i18n, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "attention.sql")
_HELD = sql.load(__package__, "attention_held.sql")
_DAY_MS = 86_400_000
QUIET_DAYS = 7
"""Nobody came in for so long."""
LOOKED_DAYS = 7
"""How far back failures are looked for."""
FAILING, HOLDING = 0.05, 0.5
"""From which share on failures and held messages need somebody."""
FEW = 20
"""Of fewer messages no share is worth telling."""


@dataclass(frozen=True, slots=True)
class Attention:
    """One journey and why: `count` of `of` where it is a share, `since_ms` where it is a time."""

    key: str
    name: str
    reason: str
    count: int = 0
    of: int = 0
    since_ms: int = 0

    @property
    def share(self) -> float | None:
        """The share of what is wrong; None where it is no share."""
        return self.count / self.of if self.of else None

    def say(self, locale: str) -> str:
        """Why, in a sentence."""
        facts = {"name": self.name, "count": self.count, "of": self.of, "days": QUIET_DAYS}
        return i18n.say(f"insight.attention_{self.reason}", locale, **facts)


def find(conn: Connection, client: Client, at_ms: int) -> list[Attention]:
    """All of them at an instant, the worst kind first: stopped, failing, holding, no_entry."""
    stops = {one.scope: one for one in outbox.stops(conn) if one.dropped_until is None}
    since_ms = at_ms - LOOKED_DAYS * _DAY_MS
    tried = {
        key: (all_, failed)
        for key, all_, failed in ask.rows(client, _SQL.messages, {"since_ms": since_ms})
    }
    entered = dict(ask.rows(client, _SQL.entered, {}))
    held = {key: (all_, late) for key, all_, late in conn.execute(_HELD.held).fetchall()}
    found: dict[str, list[Attention]] = {
        "stopped": [], "failing": [], "holding": [], "no_entry": [],
    }  # fmt: skip
    for one in deeds.every(conn):
        name = _name(one)
        stop = stops.get(outbox.campaign("journey", one.key))
        if one.state == "live" and stop is not None:
            since = clock.to_ms(stop.since)
            found["stopped"].append(Attention(one.key, name, "stopped", since_ms=since))
        all_, failed = tried.get(one.key, (0, 0))
        if all_ >= FEW and failed >= FAILING * all_:
            found["failing"].append(Attention(one.key, name, "failing", failed, all_))
        open_, late = held.get(one.key, (0, 0))
        if open_ >= FEW and late >= HOLDING * open_:
            found["holding"].append(Attention(one.key, name, "holding", late, open_))
        last_ms = max(entered.get(one.key, 0), clock.to_ms(one.at))
        if one.state == "live" and last_ms < at_ms - QUIET_DAYS * _DAY_MS:
            found["no_entry"].append(Attention(one.key, name, "no_entry", since_ms=last_ms))
    return [one for each in found.values() for one in each]


def names(conn: Connection) -> dict[str, str]:
    """The titles of journeys, by journey:<key>."""
    return {outbox.campaign("journey", one.key): _name(one) for one in deeds.every(conn)}


def _name(one: deeds.Summary) -> str:
    header = stored.read(one.text).header
    return header.name if header.name and header.key == one.key else one.key
