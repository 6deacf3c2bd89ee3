"""What a calendar shows of journeys: when their schedules call people, and called them."""

from dataclasses import dataclass
from datetime import datetime

from kervan.journeys import stored
from kervan.journeys.entry import calling
from kervan.journeys.entry.calling import Calling
from kervan.journeys.entry.schedule import due
from kervan.journeys.publish import named
from kervan.kernel import clock, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "store.sql")
NEXT = "next"
MOST_OF_ONE = 100
"""Times of one journey: one that calls people each hour would fill every day."""


@dataclass(frozen=True, slots=True)
class Firing:
    """A time at which a journey calls people: `next`, or what became of it (schedule.py).

    `more` is whether it has others in the same span, that are not told.
    """

    key: str
    name: str
    at: datetime
    state: str
    people: int
    messages: tuple[str, ...]
    more: bool = False


def between(
    conn: Connection, first: datetime, last: datetime, now: datetime, zone: str
) -> list[Firing]:
    """The times from `first` until before `last` of the journeys that are live, earliest first."""
    from_ms, to_ms = clock.to_ms(first), clock.to_ms(last)
    found: list[Firing] = []
    live: dict[str, tuple[str, tuple[str, ...]]] = {}
    for journey, key, _, text, *_ in conn.execute(_SQL.all_live).fetchall():
        definition = stored.read(text, zone)
        if definition.header.trigger.schedule is None:
            continue
        told = (definition.header.name, tuple(sorted(named.messages(definition))))
        live[key] = told
        mine = Calling(journey, key, definition, 0)
        seen_ms = max(from_ms - 1, clock.to_ms(now))
        times = due(mine, seen_ms, min(to_ms - 1, definition.ends_ms - 1), MOST_OF_ONE + 1)
        more = len(times) > MOST_OF_ONE
        found += [
            Firing(key, told[0], clock.from_ms(one), NEXT, 0, told[1], more)
            for one in calling.open_between(mine, times[:MOST_OF_ONE])
        ]
    values = {"keys": [*live], "from": first, "to": last}
    for key, at, state, people in conn.execute(_SQL.turns_between, values).fetchall():
        found.append(Firing(key, live[key][0], at, state, people, live[key][1]))
    return sorted(found, key=lambda one: (one.at, one.key))
