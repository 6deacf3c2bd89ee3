"""Reads what a journey has done from the history; machines' opens and clicks stand apart."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

from clickhouse_connect.driver.client import Client

from kervan.insight import ask
from kervan.kernel import sql

_SQL = sql.load("kervan.insight", "reports/journey.sql")
# The event behind each figure, and whether machines only (1), humans only (0) or both (-1).
BEHIND = {
    "entered": ("Journey Entered", -1),
    "left": ("Journey Exited", -1),
    "reached": ("Goal Reached", -1),
    "sent": ("Message Sent", -1),
    "failed": ("Message Failed", -1),
    "suppressed": ("Message Suppressed", -1),
    "opened": ("Message Opened", 0),
    "opened_by_machines": ("Message Opened", 1),
    "clicked": ("Message Clicked", 0),
    "clicked_by_machines": ("Message Clicked", 1),
    "unsubscribed": ("Unsubscribed", -1),
}


@dataclass(frozen=True)
class Numbers:
    """Runs (entered, left, reached), messages (sent to clicked_by_machines), people."""

    entered: int
    left: int
    reached: int
    sent: int
    delivered: int
    failed: int
    suppressed: int
    opened: int
    opened_by_machines: int
    clicked: int
    clicked_by_machines: int
    unsubscribed: int


@dataclass(frozen=True)
class Bought:
    """Orders after a click, in one currency; the amount in its minor units."""

    currency: str
    orders: int
    buyers: int
    value_minor: int


@dataclass(frozen=True)
class Behind:
    """One person behind a figure: her number, when (ms UTC), with which message (or order)."""

    person: int
    at_ms: int
    message: str


_NOTHING = Numbers(*[0] * len(fields(Numbers)))


def numbers(history: Client, journeys: Collection[str], since_ms: int = 0) -> dict[str, Numbers]:
    """The figures of each of the `journeys` over all its versions since an instant."""
    scope = {"journeys": [*journeys], "since_ms": since_ms}
    found = {key: Numbers(*row) for key, *row in ask.rows(history, _SQL.totals, scope)}
    return {key: found.get(key, _NOTHING) for key in journeys}


@dataclass(frozen=True)
class Outcome:
    """How many messages of one step of one version (its number) met one outcome: sent, delivered,
    failed, opened, clicked (also `_by_machines`), suppressed, expired, cancelled, ghost."""

    version: int
    step: str
    outcome: str
    messages: int


def by_step(history: Client, journey: str) -> list[Outcome]:
    """The messages of `journey` by version, step and outcome."""
    return [Outcome(*row) for row in ask.rows(history, _SQL.by_step, {"journey": journey})]


def _of_orders(
    history: Client, statement: str, windows_seconds: Mapping[str, int], **scope: int
) -> list[tuple[Any, ...]]:
    windows = {"journeys": [*windows_seconds], "windows": [*windows_seconds.values()]}
    return ask.rows(history, statement.replace("{orders}", _SQL.orders), {**windows, **scope})


def bought(
    history: Client, windows_seconds: Mapping[str, int], since_ms: int = 0
) -> dict[str, list[Bought]]:
    """Orders within a journey's own window after a human's click, each once, by currency."""
    found: dict[str, list[Bought]] = {key: [] for key in windows_seconds}
    for key, *row in _of_orders(history, _SQL.bought, windows_seconds, since_ms=since_ms):
        found[key].append(Bought(*row))
    return found


def buyers(history: Client, journey: str, window_seconds: int, limit: int = 100) -> list[Behind]:
    """The latest people whose orders `bought` counts, newest first, each with her latest order."""
    windows = {journey: window_seconds}
    return [
        Behind(*row) for row in _of_orders(history, _SQL.buyers, windows, since_ms=0, limit=limit)
    ]


def behind(history: Client, journey: str, figure: str, limit: int = 100) -> list[Behind]:
    """The latest people behind one of `BEHIND`'s figures, newest first."""
    name, machine = BEHIND[figure]
    scope = {"journey": journey, "event": name, "machine": machine, "limit": limit}
    return [Behind(*row) for row in ask.rows(history, _SQL.people, scope)]
