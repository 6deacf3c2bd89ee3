"""Reads the history of one person, who may have been several, newest first."""

import json
from collections.abc import Sequence
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
_ALONE = 8
"""So many atoms are each read in the order of the table; of the others all is sorted."""
_VISITS_AT_ONCE = 40
_SLACK_MS = 120_000


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
    client: Client,
    people: Sequence[int],
    visits: Sequence[tuple[int, int, int]],
    *,
    limit: int = 100,
    after: Place = LATEST,
) -> list[Happening]:
    """What was done under the atoms `people`, and anonymously in their `visits`.

    `visits` are (number, first ms, last ms), the ends to the minute, the latest first. Newest
    first, going on behind the place `after`: pieces hold each event exactly once.
    """
    found = _ask(client, _of_people(people), limit, after)
    open_visits = [one for one in visits if one[1] - _SLACK_MS <= after.at_ms]
    for first in range(0, len(open_visits), _VISITS_AT_ONCE):
        # What lies in a visit that ended before the piece does cannot be in it.
        if len(found) >= limit and open_visits[first][2] + _SLACK_MS < found[-1].at_ms:
            break
        some = open_visits[first : first + _VISITS_AT_ONCE]
        found += _ask(client, _of_visits(some), limit, after)
        found = sorted(found, key=lambda one: (-one.at_ms, one.event_id))[:limit]
    return found


Question = tuple[list[str], dict[str, object]]


def _of_people(people: Sequence[int]) -> Question:
    alone, others = people[:_ALONE], people[_ALONE:]
    parts = [_SQL.of_person.replace("{person:", f"{{person_{i}:") for i in range(len(alone))]
    values: dict[str, object] = {f"person_{i}": person for i, person in enumerate(alone)}
    if others:
        parts.append(_SQL.of_people)
        values["people"] = list(others)
    return parts, values


def _of_visits(visits: Sequence[tuple[int, int, int]]) -> Question:
    return [_SQL.of_visits], {
        "sessions": [number for number, _, _ in visits],
        "first_ms": min(first_ms for _, first_ms, _ in visits) - _SLACK_MS,
        "last_ms": max(last_ms for _, _, last_ms in visits) + _SLACK_MS,
    }


def _ask(client: Client, question: Question, limit: int, after: Place) -> list[Happening]:
    parts, values = question
    if not parts:
        return []
    text = " UNION ALL ".join(f"({part})" for part in parts)
    text = _SQL.together.replace("{parts}", text)
    text = text.replace("{columns}", _SQL.columns).replace("{place}", _SQL.place)
    values |= {"limit": limit, "at_ms": after.at_ms, "event_id": after.event_id}
    rows = client.query(text, parameters=values).result_rows
    return [Happening(*(*row[:9], json.loads(row[9] or "{}"))) for row in rows]


def count(client: Client, people: Sequence[int], sessions: Sequence[int]) -> int:
    """How many events were done under these atoms and in these visits."""
    asked = {"people": list(people), "sessions": list(sessions) or [0]}
    return int(client.query(_SQL.count_people, parameters=asked).result_rows[0][0])
