"""Reads one person's journeys and messages, also those that never went, the latest first."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from kervan.delivery.states import State
from kervan.journeys import parse
from kervan.journeys.columns import INSIDE, REASONS
from kervan.journeys.definition import Definition
from kervan.journeys.publish import gate
from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "runs.sql")


@dataclass(frozen=True, slots=True)
class Run:
    """One run; `left` says how it ended, "" while she is inside; `step` is where she stands."""

    run: int
    journey: str
    name: str
    version: int
    step: str
    left: str
    entered_at: datetime
    step_at: datetime
    due_at: datetime | None
    goal_at: datetime | None
    ghost: bool


@dataclass(frozen=True, slots=True)
class Message:
    """One message that was meant for her; `reason` is a code, "" where there is none.

    `journey` is a broadcast's key where it `is_broadcast`.
    """

    id: uuid.UUID
    is_broadcast: bool
    journey: str
    version: int
    step: str
    channel: str
    message_class: str
    state: State
    reason: str
    intended_at: datetime
    handed_at: datetime | None
    finished_at: datetime | None
    due_at: datetime | None


@lru_cache(maxsize=256)
def _definition(text: str, zone: str) -> Definition:
    return parse.parse(text, zone)


def runs(conn: Connection, people: list[int], zone: str, limit: int = 200) -> list[Run]:
    """The runs of these atoms; `zone` is the workspace's."""
    rows = conn.execute(_SQL.runs, {"people": people, "limit": limit}).fetchall()
    found = []
    for run, key, number, text, state, step, entered, at, due, goal, ghost in rows:
        said = _definition(text, zone)
        place = gate.real(step, len(said.nodes))
        inside = state == INSIDE
        found.append(
            Run(
                run, key, said.header.name, number,
                said.nodes[place].key if inside and place < len(said.nodes) else "",
                "" if inside else REASONS.get(state, "finished"),
                entered, at, due if inside else None, goal, ghost,
            )
        )  # fmt: skip
    return found


def messages(
    conn: Connection, people: list[int], limit: int = 50, before: uuid.UUID | None = None
) -> list[Message]:
    """The messages of these atoms, going on behind the one with the id `before`."""
    asked = {"people": people, "limit": limit, "before": before}
    found = []
    for row in conn.execute(_SQL.messages, asked).fetchall():
        (id_, broadcast, journey, version, step, channel, class_, state, reason, intended, handed,
         finished, claimed, held, due) = row  # fmt: skip
        now = State.SENDING if state == State.QUEUED and claimed else State(state)
        found.append(
            Message(
                id_, broadcast, journey, version, step, channel, class_, now, reason or held,
                intended, handed, finished, due,
            )
        )  # fmt: skip
    return found
