"""How many people a segment had on each of the last days, and how many entered and left."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.kernel import clock, sql
from kervan.segments import zones
from kervan.segments.columns import Words
from kervan.segments.live.tick import ENTERED, LEFT

_SQL = sql.load(__package__, "sizes.sql")


@dataclass(frozen=True, slots=True)
class Day:
    """One day: how many were in at its end (today: now), how many entered and left in it.

    A segment that was filled anew changed its size without anybody entering or leaving.
    """

    day: date
    members: int
    entered: int
    left: int


def sizes(client: Client, key: str, members: int, zone: str, at_ms: int, days: int) -> list[Day]:
    """The last `days` days of `zone` up to `at_ms`, the earliest first; `members` are in now."""
    here = Words(np.zeros(1, np.int32), (zone,))
    local = zones.to_local(here, np.array([at_ms], np.int64))
    edges = [
        int(zones.to_instant(here, zones.unit_start(local, "day", -back))[0])
        for back in reversed(range(days))
    ]
    asked = {"edges": edges, "first": edges[0], "key": key, "entered": ENTERED, "left": LEFT}
    rows = client.query(_SQL.changes, parameters=asked).result_rows
    changed = {edge: (entered, left) for edge, entered, left in rows}
    found = []
    for back, edge in enumerate(reversed(edges)):
        entered, left = changed.get(edge, (0, 0))
        first = zones.unit_start(local, "day", -back)
        day = clock.from_ms(int(first[0])).date()
        found.append(Day(day, members, entered, left))
        members -= entered - left
    return found[::-1]
