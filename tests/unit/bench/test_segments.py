"""The twelve questions on a handful of people: not empty, not everybody, the same by hand."""

import pytest
from clickhouse_connect.driver.client import Client

from kervan.bench import segments, segments_data
from kervan.bench.segments import TREES, Run, Took
from kervan.bench.segments_data import Size
from kervan.kernel.errors import KervanError
from kervan.segments import ask

_SIZE = Size(60_000, 1_200)


def test_each_question_has_an_answer_of_its_own_and_the_same_by_hand(clickhouse: Client) -> None:
    assert len(TREES) == 12
    segments_data.fill(clickhouse, _SIZE)
    zones = ask.zones_of(clickhouse)
    assert len(zones) == 5
    segments_data.settle(clickhouse)
    segments.keep(clickhouse, zones, _SIZE)
    counts = {name: Took() for name in TREES}
    for name, took in counts.items():
        segments.ask(clickhouse, zones, name, took, lambda: 0.0)
    assert all(0 < one.people < 600 for one in counts.values()), counts
    told = segments.preview(clickhouse, zones, "active_last_7_days")
    assert len(told.sample) == 20
    assert 0 < told.reach["sms"] < told.count
    for name in TREES:
        assert len(segments.algebra(clickhouse, zones, name)) == 3
    assert 0 < told.overlap[0][0] <= told.overlap[0][1] == counts["basket_left"].people


def test_another_answer_ends_the_bench(clickhouse: Client) -> None:
    segments_data.fill(clickhouse, Size(6_000, 100))
    clickhouse.command("ALTER TABLE people UPDATE gone = 1 WHERE 1 SETTINGS mutations_sync = 2")
    assert segments.by_hand(clickhouse, "active_last_7_days") == 0
    with pytest.raises(KervanError) as caught:
        segments.compare("active_last_7_days", 3, 0)
    assert caught.value.code == "bench.not_equal"


def _run() -> Run:
    questions = {name: Took([0.2, 0.1, 0.4], [0.1, 0.1, 0.1], [0.3, 0.4], 7) for name in TREES}
    questions["basket_left"] = Took([2.0], [1.9], [0.6, 0.7], 7, 1.5, 1.2)
    return Run(Size(100, 10), 4.0, questions, 2_999_000_000)


def test_targets_are_held_at_full_size_only(capsys: pytest.CaptureFixture[str]) -> None:
    small = {one.figure: one for one in segments.figures(_run(), is_full=False)}
    assert all(one.ok is None for one in small.values())
    assert "--scale 10" in capsys.readouterr().err
    full = {one.figure: one for one in segments.figures(_run(), is_full=True)}
    assert full["active_last_7_days_seconds"].value == pytest.approx(0.2)
    assert full["active_last_7_days_ratio"].value == pytest.approx(0.5)
    assert full["active_last_7_days_ratio"].ok is False
    assert full["basket_left_ratio"].ok is True
    assert full["basket_left_cpu_ratio"].value == pytest.approx(0.8)
    assert full["median_seconds"].ok is True
    assert full["slowest_seconds"].ok is False
    assert full["preview_p95_seconds"].value == pytest.approx(0.6)
    assert full["preview_p95_seconds"].ok is False
    assert full["clickhouse_memory_mb"].ok is True
    assert full["made_events_per_second"].value == pytest.approx(25)
