"""Gathers what a story rests on from both engines and tells it: who, which runs, which events."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from clickhouse_connect.driver.client import Client

from kervan.delivery import why as messages
from kervan.delivery.why import Why
from kervan.journeys import stored
from kervan.journeys.decided import read as decided
from kervan.journeys.decided.read import Decided
from kervan.journeys.definition import Definition
from kervan.journeys.steps.step import NEVER
from kervan.journeys.why import missed, story
from kervan.journeys.why.line import Story
from kervan.journeys.why.missed import Came, Door
from kervan.journeys.why.story import Ground, Standing
from kervan.kernel import clock, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import decisions
from kervan.profiles import read as profiles

_SQL = sql.load(__package__, "why.sql")
_HISTORY = sql.load(__package__, "history.sql")
RUNS, MESSAGES, EVENTS, OWN_EVENTS = 20, 200, 20, 2_000
"""How many runs, messages and refused events a story tells of at most: the latest."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a journey as its text says; `created_ms` is when it was published."""

    id: int
    number: int
    text: str
    state: str
    created_ms: int
    is_live: bool
    zone: str = "UTC"

    @property
    def definition(self) -> Definition:
        """The journey it is."""
        return _definition(self.text, self.zone)


@lru_cache(maxsize=256)
def _definition(text: str, zone: str) -> Definition:
    return stored.read(text, zone)


def versions(conn: Connection, key: str, zone: str) -> list[Version]:
    """All versions of a journey, the oldest first. Raises journeys.unknown_journey (404).

    `zone` is the workspace's: its texts' times that name none are in it.
    """
    # PostgreSQL takes no text with U+0000, so no journey's key has one.
    rows = [] if "\0" in key else conn.execute(_SQL.journey, {"key": key}).fetchall()
    if not rows:
        raise KervanError("journeys.unknown_journey", status=404, key=key)
    return [
        Version(id_, number, text, state, clock.to_ms(at), bool(is_live), zone)
        for _, id_, number, text, state, at, is_live in rows
    ]


def why(conn: Connection, history: Client, key: str, person: int, zone: str = "UTC") -> Story:
    """The story of `person` (a number, also one she had before) in the journey `key`.

    `zone` is the workspace's.

    Raises journeys.unknown_journey (404).
    """
    known = {one.id: one for one in versions(conn, key, zone)}
    people = profiles.parts(conn, profiles.heads(conn, [person]).get(person, person))
    visits = [one.number for one in decisions.visits(conn, people)]
    runs = _runs(conn, known, people)
    made = decided.of_runs(history, [one.run for one in runs])
    refused = decided.refused(history, people, list(known), EVENTS)
    ids = {one.event_id for one in (*made, *refused) if one.event_id.strip("0")}
    used = {one.version for one in made if one.version in known}
    ground = Ground(
        _events(history, people, visits, ids),
        _messages(conn, people, runs),
        {one: known[one].definition for one in used},
        {one: known[one].number for one in used},
    )
    by_run: dict[int, list[Decided]] = {}
    for one in made:
        by_run.setdefault(one.run, []).append(one)
    entered = frozenset(one.event_id for one in made if one.what == decided.ENTERED)
    door = _door(list(known.values()))
    came = _came(history, people, visits, door.definition.entry.event)
    return Story(
        key,
        door.definition.header.name,
        [story.tell(one, by_run.get(one.run, []), ground) for one in runs],
        missed.tell(door, came, refused, entered)[:EVENTS],
    )


def _door(known: Sequence[Version]) -> Door:
    """The version that lets people in, and since when the journey has done so without a break."""
    live = next((one for one in known if one.is_live), None)
    if live is None:
        return Door(known[-1].definition, NEVER)
    return Door(live.definition, min(one.created_ms for one in known))


def _runs(conn: Connection, known: dict[int, Version], people: Sequence[int]) -> list[Standing]:
    asked = {"people": list(people), "versions": list(known), "limit": RUNS}
    rows = conn.execute(_SQL.runs, asked).fetchall()
    return [
        Standing(
            run, known[version].number, known[version].definition, state, step,
            clock.to_ms(entered), clock.to_ms(at), _due(due), ghost,
        )
        for run, version, state, step, entered, at, due, ghost in rows
    ]  # fmt: skip


def _due(at: Any) -> int:
    return NEVER if at is None else clock.to_ms(at)


def _messages(
    conn: Connection, people: Sequence[int], runs: Sequence[Standing]
) -> dict[int, list[Why]]:
    found: dict[int, list[Why]] = {}
    if not runs:
        return found
    asked = {"people": list(people), "runs": [one.run for one in runs], "limit": MESSAGES}
    run_of: dict[UUID, int] = dict(conn.execute(_SQL.messages, asked).fetchall())
    for one in messages.many(conn, list(run_of)):
        found.setdefault(run_of[one.message], []).append(one)
    return found


def _events(
    history: Client, people: Sequence[int], visits: Sequence[int], ids: set[str]
) -> dict[str, dict[str, Any]]:
    if not ids:
        return {}
    asked = {
        "people": list(people), "sessions": list(visits) or [0],
        "ids": sorted(one.upper() for one in ids),
    }  # fmt: skip
    rows = history.query(_HISTORY.events, parameters=asked).result_rows
    return {id_: json.loads(text or "{}") for id_, text in rows}


def _came(history: Client, people: Sequence[int], visits: Sequence[int], name: str) -> list[Came]:
    asked = {
        "people": list(people), "sessions": list(visits) or [0], "name": name,
        "limit": OWN_EVENTS if name in missed.OWN else EVENTS,
    }  # fmt: skip
    rows = history.query(_HISTORY.triggers, parameters=asked).result_rows
    return [Came(id_, at_ms, json.loads(text or "{}")) for id_, at_ms, text in rows]
