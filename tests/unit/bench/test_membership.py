"""What a load's changes say of its lag; each change belongs to the event that caused it."""

import numpy as np
import pytest

from kervan.bench import membership
from kervan.bench.membership import Load, Seen


def test_a_change_belongs_to_the_last_event_before_it() -> None:
    events = np.array([(1, 1_000), (1, 9_000), (2, 2_000), (3, 3_000)])
    changes = np.array(
        [
            (1, 1_400, 1_500),
            (1, 1_400, 1_500),  # another segment in the same turn
            (1, 5_000, 5_100),  # by time alone
            (1, 9_500, 9_700),
            (2, 2_900, 3_000),
            (2, 1_000, 1_900),  # before she did anything
            (7, 8_000, 8_100),  # did nothing
        ]
    )
    found = sorted(membership.lags(events, changes).tolist())
    assert found == pytest.approx([0.5, 0.7, 1.0])


def test_nothing_that_changed_has_no_lag() -> None:
    none = np.zeros((0, 2), np.int64)
    assert len(membership.lags(none, np.zeros((0, 3), np.int64))) == 0


def test_the_lag_of_almost_all_is_held() -> None:
    mine = Load(0, 0, 20.0, dict.fromkeys(range(1_600), 5), {"segmenter": 5.0}, 200_000_000)
    seen = Seen(np.array([0.5] * 98 + [2.5] * 2), np.arange(40), 300)
    found = {one.figure: one for one in membership.figures(mine, seen, 3.0, 0)}
    assert found["lag_p99_seconds"].ok is False
    assert found["lag_p50_seconds"].value == pytest.approx(0.5)
    assert found["events_per_second"].ok is True
    assert found["turn_people"].value == pytest.approx(1_000)
    assert found["segmenter_cpu_percent"].value == pytest.approx(25)
    assert found["segments_kept_wrong"].ok is True
