"""The live journeys that people do not come into by an event of their own, and how they are called.

Whom a journey calls gets an event of ours; its id says who, by what and when, so that whoever is
killed in between and does it again calls nobody twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from kervan.collect import intake
from kervan.collect.intake import OwnEvent
from kervan.journeys import shelf, stored
from kervan.journeys.definition import Definition
from kervan.journeys.triggers.trigger import CALLED
from kervan.kernel import clock, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "store.sql")
_MOST_BEFORE = 10
_BY_TIME = ("schedule", "date", "catalogue")
AT_ONCE = 5_000
"""Called in one step: more would make everybody's events wait."""


@dataclass(frozen=True, slots=True)
class Calling:
    """One live journey; `since_ms` is when its trigger came to be as it is."""

    journey: int
    key: str
    definition: Definition
    since_ms: int


@dataclass(frozen=True, slots=True)
class Call:
    """One person called into a journey: `by` what, under a name that only this call has."""

    person: int
    name: str
    at_ms: int
    properties: dict[str, object]


class Callings:
    """The live journeys of one kind of trigger, read again when something was published."""

    def __init__(self, kind: str, zone: str) -> None:
        self._kind = kind
        self._zone = zone
        self._edition = -1
        self._found: list[Calling] = []

    def now(self, conn: Connection) -> list[Calling]:
        """What is live for this transaction, by journey."""
        edition = shelf.read_edition(conn)
        if edition != self._edition:
            self._found = [one for one in read(conn, self._zone) if self._is(one)]
            self._edition = edition
        return self._found

    def _is(self, one: Calling) -> bool:
        return one.definition.header.trigger.kind == self._kind


def read(conn: Connection, zone: str) -> list[Calling]:
    """All live journeys; times without a zone are in `zone`."""
    found = []
    for journey, key, number, text, at, undone in conn.execute(_SQL.all_live).fetchall():
        definition = _parsed(text, zone)
        if definition.header.trigger.kind in _BY_TIME:
            at = _since(conn, journey, number, definition, zone) or at
        at = max(at, undone or at)
        found.append(Calling(journey, key, definition, clock.to_ms(at)))
    return found


def _since(
    conn: Connection, journey: int, number: int, live: Definition, zone: str
) -> datetime | None:  # fmt: skip
    """Since when the versions before this one had its trigger; None when the last had another.

    A new text of the messages is no new schedule: its times go on where they were.
    """
    asked = {"journey": journey, "number": number, "limit": _MOST_BEFORE}
    since = None
    for text, state, at in conn.execute(_SQL.before, asked).fetchall():
        before = _parsed(text, zone)
        same = before.header.trigger == live.header.trigger and before.zone == live.zone
        if not same or state == "stopped":
            break
        since = at
    return since


@lru_cache(maxsize=512)
def _parsed(text: str, zone: str) -> Definition:
    return stored.read(text, zone)


def call(conn: Connection, calling: Calling, by: str, calls: Iterable[Call]) -> int:
    """Write the events that let people into a journey, in the caller's transaction.

    They take the road of all events: whether somebody enters is decided where all entries are.
    """
    events = [
        OwnEvent(
            message_id=f"called-{calling.journey}-{by}-{one.name}-{one.person}",
            event=CALLED,
            timestamp_ms=one.at_ms,
            person=one.person,
            properties={**one.properties, "journey": calling.key, "by": by},
        )
        for one in calls
    ]
    intake.append_own(conn, events)
    return len(events)


def open_between(calling: Calling, times: Sequence[int]) -> list[int]:
    """Those of these instants at which the journey lets people in."""
    definition = calling.definition
    return [one for one in times if definition.starts_ms <= one < definition.ends_ms]
