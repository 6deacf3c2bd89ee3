"""Events a second are counted by receipt, second by second."""

from typing import Any

from clickhouse_connect.driver.client import Client

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
