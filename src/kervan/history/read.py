"""Reads the history of one person, newest first."""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

from clickhouse_connect.driver.client import Client

from kervan.kernel import sql

_SQL = sql.load(__package__, "read.sql")


class Place(NamedTuple):
    """Where in a timeline one event stands: its time (ms UTC), then its id in hex."""

    at_ms: int
    event_id: str


LATEST = Place(9_999_999_999_999, "")
"""Before everything a timeline holds."""


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

    @property
    def place(self) -> Place:
        """Where it stands, to go on from there."""
        return Place(self.at_ms, self.event_id)


def timeline(
    client: Client, person: int, sessions: list[int], *, limit: int = 100, after: Place = LATEST
) -> list[Happening]:
    """What `person` did, and what was done before she signed in, in her `sessions`.

    Newest first, going on behind the place `after`: pieces hold each event exactly once.
    """
    result = client.query(
        _SQL.timeline,
        parameters={
            "person": person,
            "sessions": sessions or [0],
            "limit": limit,
            "at_ms": after.at_ms,
            "event_id": after.event_id,
        },
    )
    return [Happening(*(*row[:9], json.loads(row[9] or "{}"))) for row in result.result_rows]


def count(client: Client, person: int, sessions: list[int]) -> int:
    """How many events a person has."""
    result = client.query(
        _SQL.count_person, parameters={"person": person, "sessions": sessions or [0]}
    )
    return int(result.result_rows[0][0])
