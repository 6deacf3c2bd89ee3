"""Days are days of the workspace's zone, also where the clock is put back and forth."""

from datetime import date, timedelta

import numpy as np
import pytest

from kervan.insight.metrics import period
from kervan.kernel.errors import KervanError
from tests.reference.metrics import first_instant

_HOUR = 3_600_000


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/London", date(2026, 3, 29), 23),
        ("Europe/London", date(2026, 10, 25), 25),
        ("Europe/Istanbul", date(2026, 3, 29), 24),
        ("Asia/Baku", date(2026, 10, 25), 24),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),  # midnight is what was left out
    ],
)
def test_a_day_lasts_as_long_as_it_does(zone: str, day: date, hours: int) -> None:
    found = period.of(day - timedelta(days=1), day + timedelta(days=1), zone)
    assert found.edges_ms[2] - found.edges_ms[1] == hours * _HOUR
    assert list(found.edges_ms) == [
        first_instant(day + timedelta(days=i), zone) for i in range(-1, 3)
    ]
    at = np.array([found.edges_ms[1] - 1, found.edges_ms[1], found.edges_ms[2] - 1], np.int64)
    assert found.day_of(at).tolist() == [0, 1, 1]
    earlier = period.before(found, zone)
    assert (earlier.end_ms, len(earlier.days)) == (found.begin_ms, 3)


def test_a_period_that_cannot_be_is_refused() -> None:
    for first, last, code in (
        (date(2026, 1, 2), date(2026, 1, 1), "insight.period_turned"),
        (date(2024, 1, 2), date(2026, 1, 1), "insight.period_long"),
        (date(9999, 12, 30), date(9999, 12, 31), "insight.period_far"),
    ):
        with pytest.raises(KervanError) as refused:
            period.of(first, last, "Europe/Istanbul")
        assert refused.value.code == code
