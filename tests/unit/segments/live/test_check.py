"""Whatever is asked of a random crowd, what is kept is what history says, at any time."""

import random

import numpy as np
import pytest
from clickhouse_connect.driver.client import Client

from kervan.collect import intake, sources
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.segments import tree
from kervan.segments.definitions import store as definitions
from kervan.segments.live import check, store
from kervan.segments.live.loop import Loop
from kervan.segments.live.tick import Live
from tests.unit.segments.loading import load
from tests.unit.segments.random_people import crowd
from tests.unit.segments.shop import tell_postgres

SEGMENTS = 7
HOUR_MS = 3_600_000


def _filled(loop: Loop, live: Live, at_ms: int) -> None:
    loop.step(live, at_ms)
    while loop.filling:
        loop.step(live, at_ms)


@pytest.mark.parametrize("seed", range(2))
def test_what_is_kept_is_what_history_says(
    postgres: Connection, clickhouse: Client, workspace: str, seed: int
) -> None:
    chance = random.Random(seed)
    mine = crowd(chance)
    load(clickhouse, mine, chance)
    tell_postgres(postgres, clickhouse)
    author = definitions.Author("ayşe", clock.now())
    for i in range(SEGMENTS):
        node = mine.trees.node(segments=())
        if not _names_lists(node):
            definitions.create(postgres, f"s{i}", f"s{i}", node, author)
    sources.ensure_own(postgres, workspace)
    intake.open_days(postgres, [clock.now().date()])
    postgres.commit()
    loop, live = Loop(postgres, clickhouse, workspace), Live(postgres, clickhouse)
    at_ms = mine.base_ms
    _filled(loop, live, at_ms)
    assert check.differences(postgres, clickhouse, at_ms) == []
    moved = 0
    for _ in range(4):
        at_ms += chance.choice((1, 60_000, HOUR_MS, 24 * HOUR_MS, 8 * 24 * HOUR_MS))
        moved += live.turn(at_ms).changes
        postgres.commit()
        assert check.differences(postgres, clickhouse, at_ms) == []
    assert moved > 0


def _names_lists(node: tree.Node) -> bool:
    if isinstance(node, tree.All | tree.Any | tree.Nothing):
        return any(_names_lists(one) for one in node.of)
    return isinstance(node, tree.Member)


def test_a_difference_is_named(postgres: Connection, clickhouse: Client, workspace: str) -> None:
    clickhouse.command("INSERT INTO people (person, version, zone) VALUES (1, 1, 'UTC')")
    author = definitions.Author("ayşe", clock.now())
    definitions.create(postgres, "all", "Everybody", tree.All(()), author)
    postgres.commit()
    _filled(Loop(postgres, clickhouse, workspace), Live(postgres, clickhouse), 1)
    assert check.lasting(postgres, clickhouse, 0) == []
    store.keep(postgres, np.array([2], np.uint32), np.array([[2]], np.uint8), np.array([5]))
    (wrong,) = check.lasting(postgres, clickhouse, 0)
    assert (wrong.key, wrong.missing.tolist(), wrong.extra.tolist()) == ("all", [], [2])
