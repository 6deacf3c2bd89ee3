"""Reads what was decided about who somebody is, and which visits were hers."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from kervan.kernel import clock, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "decisions.sql")


class Decided(NamedTuple):
    """One line of the log: `what` (joined, parted, refused, lost, merged, unmerged), of whom.

    `person` and `other` are atoms, `person_id` and `other_id` their public ids ("" for nobody or
    an erased one); `kind` is the identifier's (0: none), `actor` who said so ("" for the rules).
    """

    id: int
    at_ms: int
    what: str
    person: int
    other: int
    kind: int
    reason: str
    actor: str
    person_id: str
    other_id: str


class Visit(NamedTuple):
    """An anonymous visit: its number and, to the minute, its first and last event (ms UTC)."""

    number: int
    first_ms: int
    last_ms: int


def of_people(conn: Connection, people: list[int], until: datetime, limit: int) -> list[Decided]:
    """The latest decisions about these atoms up to an instant, newest first."""
    asked = {"people": people, "until": until, "limit": limit}
    rows = conn.execute(_SQL.of_people, asked).fetchall()
    return [Decided(row[0], clock.to_ms(row[1]), *row[2:]) for row in rows]


def visits(conn: Connection, people: list[int], limit: int = 5_000) -> list[Visit]:
    """The visits that turned out to be these atoms', the latest first."""
    rows = conn.execute(_SQL.visits, {"people": people, "limit": limit}).fetchall()
    return [Visit(*row) for row in rows]


def ids(conn: Connection, people: Iterable[int]) -> dict[int, uuid.UUID]:
    """{atom: its own public id}, also of atoms that belong to another's profile today."""
    return dict(conn.execute(_SQL.ids, {"people": list(people)}).fetchall())
