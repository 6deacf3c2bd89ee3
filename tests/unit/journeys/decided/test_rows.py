"""A decision takes few bytes on disk: what `decide` decides of many people, as history keeps it."""

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.journeys.core import decide
from kervan.journeys.decided import carry, keep, rows
from kervan.kernel import ids
from kervan.kernel.postgres import Connection
from tests.unit.journeys.decided.test_keep import JOURNEY
from tests.unit.journeys.world import DAY, HOUR, Happening, World, book, signals

PEOPLE, START = 6_000, 1_780_000_000_000


def test_a_decision_takes_few_bytes(postgres: Connection, clickhouse: Client) -> None:
    draw = ids.random(7)
    came: list[Happening] = []
    for person in range(1, PEOPLE + 1):
        at_ms = START + draw.randrange(DAY)
        came.append((at_ms, person, "Product Added", {}))
        if draw.random() < 0.3:
            came.append((at_ms + draw.randrange(HOUR), person, "Came Back", {}))
        elif draw.random() < 0.2:
            came.append((at_ms + draw.randrange(DAY), person, "Order Completed", {}))
    came.sort(key=lambda one: one[0])
    world, told = World(book(JOURNEY)), 0
    for first in range(0, len(came), 500):
        some = came[first : first + 500]
        until_ms = came[first + 500][0] - 1 if first + 500 < len(came) else START + 9 * DAY
        given = signals(some)
        given.event_id = [ids.random_bytes(16) for _ in some]
        decisions = decide(world.book, world.runs, given, until_ms)
        new = decisions.runs.run == 0
        decisions.runs.run[new] = np.arange(1, new.sum() + 1) + decisions.runs.run.max()
        world.runs = decisions.runs
        keep.decided(postgres, world.book, decisions, given)
        told += len(keep.read(world.book, decisions, given))
    packed = postgres.execute("select sum(octet_length(block)) from journey_decided").fetchone()
    assert packed is not None
    carry.step(postgres, clickhouse)
    clickhouse.command(f"OPTIMIZE TABLE {carry.TABLE} FINAL")
    asked = (
        "SELECT sum(rows), sum(bytes_on_disk) FROM system.parts WHERE active"
        " AND database = currentDatabase() AND table = 'journey_decisions'"
    )
    ((count, size),) = clickhouse.query(asked).result_rows
    assert count == told > 6 * PEOPLE
    print(f"{count} decisions: {size / count:.1f} bytes each in history,"
          f" {packed[0] / count:.1f} on their way")  # fmt: skip
    assert size / count <= 30, "60 are promised, at any size"
    assert len(rows.NO_EVENT) == 16
