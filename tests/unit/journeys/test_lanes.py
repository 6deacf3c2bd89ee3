"""Lanes: which signals go beside which runs, in which order."""

import numpy as np

from kervan.journeys import lanes
from kervan.journeys.columns import FINISHED, INSIDE, Book, Runs, Version, no_runs
from kervan.journeys.core import decide
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

EACH = """
journey:
  key: c
  name: Each
  trigger: {{event: {event}}}
  reentry: always
  goal: {{event: Paid, within: 1 hour}}
  steps: [{{key: rest, kind: wait, for: 1 day}}, {{key: end, kind: exit}}]
"""
BY_VIEW = Version(4, 7, 1, parsed(EACH.format(event="Viewed")))
BY_CART = Version(5, 7, 2, parsed(EACH.format(event="Added")))


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


def test_what_only_begins_a_run_goes_beside_no_other() -> None:
    """Ten thousand views of one person were a hundred million pairs."""
    book = Book({4: BY_VIEW}, {7: 4})
    given = runs([(4, 1, "x"), (4, 1, "y"), (4, 1, "z")])
    given.state[1:] = FINISHED
    given.entered_ms[:2] = -2 * 3_600_000  # y is over and too late for the goal
    given.entered_ms[2] = 0
    found = laid(book, given, [(1, 1, "Viewed", {}), (2, 1, "Viewed", {}), (3, 1, "Paid", {})])
    assert sorted(found.values()) == [[], [0, 2], [1, 2], [2], [2]]
    assert found[7, key_of("y"), 1] == []


def test_newcomers_meet_the_trigger_of_the_version_that_is_live() -> None:
    """Beside a run of a version with another trigger nobody came in."""
    book = Book({4: BY_VIEW, 5: BY_CART}, {7: 5})
    some = signals([(1, 1, "Added", {})])
    found = decide(book, runs([(4, 1, "x")]), some, 5)
    assert found.runs.version[found.entered.row].tolist() == [5]


def test_time_alone_needs_no_lanes() -> None:
    given = runs([(1, 1, "x"), (1, 1, "y")])
    found = lanes.of_time(given)
    assert found.row.tolist() == [0, 1]
    assert not found.events.size
