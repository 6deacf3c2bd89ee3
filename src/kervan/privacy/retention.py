"""Lets go of each kind of data when its time is over: rules as data, done a little at a time."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources

from clickhouse_connect.driver.client import Client

from kervan.collect import erase as collected
from kervan.delivery import decisions
from kervan.delivery import erase as delivery
from kervan.history import erase as history
from kervan.journeys import erase as journeys
from kervan.journeys import forget as runs
from kervan.journeys.decided import read as decided
from kervan.kernel import clock, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import erase as profiles

_SQL = sql.load(__package__, "retention.sql")
_BATCH = 5_000
Expire = Callable[[Connection, datetime, int], int]
"""(connection, before, at most so many) -> how many went."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How long one kind of data is kept; `days` None is for ever."""

    kind: str
    days: int | None
    source: str
    changed_at: datetime | None = None
    """None where the workspace chose nothing."""


@dataclass(frozen=True, slots=True)
class Touched:
    """What would go by a rule: `count` pieces, or whole months of history; at least so many."""

    count: int
    months: bool = False
    is_all: bool = True


@cache
def defaults() -> dict[str, Rule]:
    """What holds where a workspace chose nothing else."""
    text = resources.files(__package__).joinpath("retention.toml").read_text(encoding="utf-8")
    return {
        kind: Rule(kind, one.get("days"), one["source"])
        for kind, one in tomllib.loads(text).items()
    }


def rules(conn: Connection) -> list[Rule]:
    """The rule of every kind, the workspace's own before ours."""
    mine = {row[0]: Rule(*row) for row in conn.execute(_SQL.rules).fetchall()}
    return [mine.get(kind, rule) for kind, rule in defaults().items()]


def set_rule(
    conn: Connection, kind: str, days: int | None, source: str, at: datetime, actor: str
) -> None:
    """Choose how long a kind is kept, and on what ground. Raises privacy.rule_not_good."""
    if kind not in defaults() or not source.strip() or (days is not None and not 0 < days < 36_525):
        raise KervanError("privacy.rule_not_good", kinds=", ".join(defaults()))
    values = {"kind": kind, "days": days, "source": source[:500], "at": at, "actor": actor}
    conn.execute(_SQL.set_rule, values)


_EXPIRE: dict[str, Expire] = {
    "dead_letters": collected.expire_letters,
    "messages": delivery.expire,
    "decisions": decisions.expire,
    "journey_contexts": journeys.expire,
    "journey_runs": runs.expire,
    "visits": profiles.expire_visits,
}


def touched(conn: Connection, client: Client, kind: str, days: int, at: datetime) -> Touched:
    """What of a kind is older than `days` now. The caller takes its transaction back.

    The very statements that let go are asked: there is no second truth about what is old.
    Raises privacy.rule_not_good for a kind that nothing lets go of.
    """
    before = at - timedelta(days=days)
    if kind == "history":
        return Touched(history.old_months(client, before), months=True)
    if kind == "journey_decisions":
        return Touched(decided.old_months(client, before), months=True)
    if kind not in changeable():
        raise KervanError("privacy.rule_not_good", kinds=", ".join(changeable()))
    if kind == "requests":
        conn.execute(_SQL.drop_steps, {"before": before})
        return Touched(conn.execute(_SQL.drop_requests, {"before": before}).rowcount)
    count = _EXPIRE[kind](conn, before, _BATCH)
    return Touched(count, is_all=count < _BATCH)


def changeable() -> list[str]:
    """The kinds that are let go of; all others are kept whatever is chosen."""
    return [*_EXPIRE, "history", "journey_decisions", "requests"]


def step(conn: Connection, client: Client, at_ms: int) -> bool:
    """Let go of some of what is too old; True when there may be more. The caller commits."""
    more = False
    for rule in rules(conn):
        if rule.days is None:
            continue
        before = clock.from_ms(at_ms) - timedelta(days=rule.days)
        if rule.kind in _EXPIRE:
            more = _EXPIRE[rule.kind](conn, before, _BATCH) >= _BATCH or more
        elif rule.kind == "history":
            history.drop_months(client, before)
        elif rule.kind == "journey_decisions":
            decided.drop_months(client, before)
        elif rule.kind == "requests":
            conn.execute(_SQL.drop_steps, {"before": before})
            conn.execute(_SQL.drop_requests, {"before": before})
    return more
