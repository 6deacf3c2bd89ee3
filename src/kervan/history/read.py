"""Reads the history of one person, newest first."""

import json
from dataclasses import dataclass
from typing import Any

from clickhouse_connect.driver.client import Client

from kervan.kernel import sql

_SQL = sql.load(__package__, "read.sql")


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as a timeline shows it; `at_ms` in milliseconds UTC."""

    event_id: str
    at_ms: int
    name: str
    kind: str
    channel: str
    source: int
    order_id: str
    currency: str
    value_minor: int
    properties: dict[str, Any]


def timeline(
    client: Client,
    person: int,
    sessions: list[int],
    *,
    limit: int = 100,
    before_ms: int | None = None,
) -> list[Happening]:
    """What `person` did, and what was done before she signed in, in her `sessions`."""
    result = client.query(
        _SQL.timeline,
        parameters={
            "person": person,
            "sessions": sessions or [0],
            "limit": limit,
            "before": before_ms if before_ms is not None else 9_999_999_999_999,
        },
    )
    return [Happening(*(*row[:9], json.loads(row[9] or "{}"))) for row in result.result_rows]


def count(client: Client, person: int, sessions: list[int]) -> int:
    """How many events a person has."""
    result = client.query(
        _SQL.count_person, parameters={"person": person, "sessions": sessions or [0]}
    )
    return int(result.result_rows[0][0])
