"""Lanes: which signals go beside which runs, in which order."""

import numpy as np

from kervan.journeys import lanes
from kervan.journeys.columns import INSIDE, Book, Runs, Version, no_runs
from kervan.journeys.matching import Matching, key_of
from tests.unit.journeys.world import Happening, parsed, signals

TEXT = """
journey:
  key: {key}
  name: Order
  trigger: {{event: Ordered}}
  per: {per}
  exit_on: {{event: Delivered}}
  steps: [{{key: end, kind: exit}}]
"""
BY_ORDER = Version(1, 5, 1, parsed(TEXT.format(key="a", per="order")))
BY_SHOP = Version(2, 5, 2, parsed(TEXT.format(key="a", per="shop")))
BY_SHIP = Version(3, 6, 1, parsed(TEXT.format(key="b", per="order")))


def runs(rows: list[tuple[int, int, object]]) -> Runs:
    """(version, person, value) each, numbered and entered in order."""
    made = no_runs()
    made.grow(len(rows))
    made.run[:] = made.entered_ms[:] = np.arange(1, len(rows) + 1)
    made.version[:] = [row[0] for row in rows]
    made.person[:] = [row[1] for row in rows]
    made.key[:] = [key_of(row[2]) for row in rows]
    made.state[:] = INSIDE
    return made


def laid(book: Book, given: Runs, rows: list[Happening]) -> dict[tuple[int, int, int], list[int]]:
    """(journey, key, row) to the signals of each lane."""
    some = signals(rows)
    found = lanes.of(book, given, some, Matching(some))
    return {
        (int(found.journey[i]), int(found.key[i]), int(found.row[i])): found.events[
            found.first[i] : found.last[i]
        ].tolist()
        for i in range(len(found))
    }


def test_signals_go_by_value_or_to_all() -> None:
    book = Book({1: BY_ORDER, 3: BY_SHIP}, {5: 1, 6: 3})
    given = runs([(1, 1, "x"), (1, 1, "y"), (1, 1, "x"), (3, 2, "x")])
    rows: list[Happening] = [
        (9, 1, "Delivered", {"order": "y"}),
        (8, 1, "Delivered", {}),
        (7, 1, "Delivered", {"order": "unknown"}),
        (6, 3, "Delivered", {"order": "x"}),
        (5, 2, "Ordered", {"order": "x"}),
    ]
    x, y = key_of("x"), key_of("y")
    assert laid(book, given, rows) == {
        (5, x, 2): [1],
        (5, y, 1): [1, 0],
        (5, x, -1): [4],
        (6, x, 3): [4],
    }


def test_versions_that_tell_runs_apart_differently_share_no_signal_twice() -> None:
    book = Book({1: BY_ORDER, 2: BY_SHOP}, {5: 2})
    given = runs([(1, 1, "x"), (2, 1, "x"), (2, 1, "z")])
    rows: list[Happening] = [
        (1, 1, "Delivered", {"order": "x", "shop": "z"}),
        (2, 1, "Delivered", {"order": "x", "shop": "x"}),
    ]
    found = laid(book, given, rows)
    assert found == {(5, key_of("x"), 1): [0, 1], (5, key_of("z"), 2): [0]}


def test_time_alone_needs_no_lanes() -> None:
    given = runs([(1, 1, "x"), (1, 1, "y")])
    found = lanes.of_time(given)
    assert found.row.tolist() == [0, 1]
    assert not found.events.size
