"""Events a second are counted by receipt, second by second."""

from typing import Any

from clickhouse_connect.driver.client import Client

from kervan.history import link
from kervan.insight import live

_T = 1_795_000_010_000


def test_seconds_without_events_are_zero(clickhouse: Client, tell: Any) -> None:
    tell(
        {"name": "A", "at_ms": 1, "received_ms": _T - 1},
        {"name": "A", "at_ms": 1, "received_ms": _T - 1_000},
        {"name": "A", "at_ms": 1, "received_ms": _T - 2_001, "source": 5},
        {"name": "A", "at_ms": 1, "received_ms": _T},
        {"name": "A", "at_ms": 1, "received_ms": _T - 4_001},
    )
    assert live.per_second(clickhouse, _T, 4) == [0, 1, 0, 2]
    assert [(one.source, one.events) for one in live.sources(clickhouse)] == [(1, 4), (5, 1)]
    assert live.total(clickhouse) == 5


def test_who_looks_every_second_counts_what_came_lately(clickhouse: Client, tell: Any) -> None:
    looking = live.Sources(again_ms=600_000, settled_ms=60_000)
    tell(
        {"name": "A", "at_ms": 1, "received_ms": _T - 90_000},
        {"name": "A", "at_ms": 1, "received_ms": _T - 50_000, "source": 5},
    )
    assert looking.look(clickhouse, _T) == live.sources(clickhouse)
    tell(
        {"name": "A", "at_ms": 1, "received_ms": _T + 400_000, "source": 5},
        {"name": "A", "at_ms": 1, "received_ms": _T + 1, "source": 9},
        {"name": "A", "at_ms": 1, "received_ms": _T - 80_000, "source": 2},  # out of a long queue
    )
    looked = looking.look(clickhouse, _T + 400_001)
    assert [(one.source, one.events) for one in looked] == [(1, 1), (5, 2), (9, 1)]
    assert looking.look(clickhouse, _T + 540_000) == live.sources(clickhouse)
    assert looking.look(clickhouse, _T + 540_000)[1].source == 2


def test_the_latest_people_of_some_sources(clickhouse: Client, tell: Any) -> None:
    tell(
        {"name": "A", "at_ms": _T, "person": 1},
        {"name": "B", "at_ms": _T + 5, "person": 1},
        {"name": "A", "at_ms": _T + 9, "person": 2},
        {"name": "A", "at_ms": _T + 99},
        {"name": "A", "at_ms": _T + 99, "person": 4, "source": 3},
    )
    found = live.latest_people(clickhouse, _T, [3], 10)
    assert [(one.person, one.at_ms, one.what) for one in found] == [
        (2, _T + 9, "A"),
        (1, _T + 5, "B"),
    ]


def test_the_latest_events_name_who_a_visit_turned_out_to_be(clickhouse: Client, tell: Any) -> None:
    tell(
        {"name": "A", "at_ms": 1, "received_ms": _T, "session": 7},
        {"name": "B", "at_ms": 1, "received_ms": _T + 2, "session": 8, "source": 5},
        {"name": "C", "at_ms": 1, "received_ms": _T + 1, "person": 2},
        {"name": "D", "at_ms": _T, "received_ms": _T - 1, "person": 3},
    )
    link.keep(clickhouse, [(7, 4)], [], 1)
    link.refresh(clickhouse)
    found = live.latest_events(clickhouse, _T, 10)
    assert [(one.person, one.received_ms, one.what, one.source) for one in found] == [
        (0, _T + 2, "B", 5),
        (2, _T + 1, "C", 1),
        (4, _T, "A", 1),
    ]
    assert [one.what for one in live.latest_events(clickhouse, _T, 1)] == ["B"]
