"""Who was active herself is what a slow reference finds; who is new stands in the mirror."""

from datetime import date
from typing import Any

from clickhouse_connect.driver.client import Client

from kervan.insight.metrics import crowd, period
from tests.reference import metrics as reference
from tests.unit.insight.metrics.world import make


def test_active_people_are_those_of_the_reference(clickhouse: Client, tell: Any) -> None:
    told = make(21, tell, clickhouse)
    now = period.of(date(2026, 11, 19), date(2026, 11, 20), "Europe/Istanbul")
    before = period.before(now, "Europe/Istanbul")
    clickhouse.command(
        "INSERT INTO people (person, version, gone, known_since) VALUES"
        " (1, 1, 0, '2026-11-19 10:00:00'), (2, 1, 0, '2026-11-18 20:59:59'),"
        " (3, 1, 0, '2026-11-18 21:00:00'), (4, 1, 1, '2026-11-19 10:00:00')"
    )
    found, was = crowd.read(clickhouse, now, before)
    assert found.active == len(reference.active(told, now.begin_ms, now.end_ms))
    assert was.active == len(reference.active(told, before.begin_ms, before.end_ms))
    assert (found.new, was.new) == (2, 1)
    assert crowd.read(clickhouse, now, None)[0] == found
