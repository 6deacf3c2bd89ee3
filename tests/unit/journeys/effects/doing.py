"""People who pass steps with effects, on a real PostgreSQL."""

from datetime import timedelta
from typing import Any

import msgspec

from kervan.collect import intake
from kervan.journeys.effects import found
from kervan.journeys.effects.effect import Doings
from kervan.journeys.steps.step import Step
from kervan.kernel import clock, ids
from kervan.kernel.postgres import Connection
from kervan.profiles import store as profiles
from kervan.segments.definitions.store import Author
from tests.unit.journeys.shop import MASTER, START_MS, VAULT

AT = clock.from_ms(START_MS)
ECE = Author("ece@shop.test", AT)


def begin(conn: Connection, people: list[int]) -> None:
    """A workspace with these people."""
    today = clock.now().date()
    intake.open_days(conn, [today, today + timedelta(days=1)])
    profiles.create_people(conn, VAULT, people, START_MS)


def passing(
    step: Step, people: list[int], turn: int = 1, context: dict[str, Any] | None = None
) -> Doings:
    """These people pass a step, for the `turn`-th time; each person's run is her number."""
    found = Doings()
    for person in people:
        found.key.append(ids.hash16(step.kind.encode(), b"%d" % person, b"%d" % turn))
        found.person.append(person)
        found.at_ms.append(START_MS + turn)
        found.run.append(person)
        found.journey.append("welcome")
        found.version.append(1)
        found.step_key.append("here")
        found.step.append(step)
        found.context.append(msgspec.json.encode(context or {}))
    return found


def do(conn: Connection, doings: Doings) -> None:
    """Do what these people passed."""
    found.effects()[doings.step[0].effect](conn, VAULT, doings)


def told(conn: Connection, name: str = "") -> list[dict[str, Any]]:
    """Kervan's own events (of a name), by person, as they lie in the intake."""
    events: list[dict[str, Any]] = []
    rows = conn.execute("select day, body from kervan.intake order by id").fetchall()
    for day, body in rows:
        for one in intake.unpack(MASTER, day, bytes(body)):
            events += msgspec.json.decode(one.body)["batch"]
    return sorted(
        (one for one in events if not name or one["event"] == name),
        key=lambda one: (one["person"], one["timestamp_ms"], one["messageId"]),
    )


def failures(conn: Connection) -> list[tuple[int, str]]:
    """(person, code) of what could not be done."""
    return [(one["person"], one["properties"]["code"]) for one in told(conn, "Step Failed")]
