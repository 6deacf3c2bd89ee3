"""What `kervan bench` prints, for people and for machines."""

import json

import pytest

from kervan.bench import measure, report
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError


def test_a_figure_is_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    figures = [
        report.at_least("collect", "events_per_second", 30_000, "events/s", 20_000, floor=60_000),
        report.at_most("latency", "p99_seconds", 1.5, "s", 1.0),
        report.fact("collect", "cpu_web", 5.0, "µs/event"),
    ]
    report.show(figures, as_json=True)
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    names = ["bench", "figure", "value", "unit", "floor", "ratio", "target", "ok"]
    assert all(list(one) == names for one in said)
    assert said[0]["ratio"] == 0.5 and said[0]["ok"] is True
    assert [one["ok"] for one in said] == [True, False, None]


def test_the_table_says_what_was_missed(capsys: pytest.CaptureFixture[str]) -> None:
    report.show([report.at_most("latency", "p99_seconds", 1.5, "s", 1.0)], as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 and lines[1].endswith("MISSED") and "1.5" in lines[1]


def test_an_unknown_bench_is_named_with_those_there_are() -> None:
    with pytest.raises(KervanError, match="collect"):
        measure.run("speed", Config())


def test_ten_times_the_data_may_take_eleven_times_the_time() -> None:
    good = report.growth("mail", 10, 22.0, 2.0)
    assert (good.figure, good.value, good.target, good.ok) == (
        "time_for_10_times_the_data",
        11.0,
        "≤ 11",
        True,
    )
    assert report.growth("mail", 10, 22.1, 2.0).ok is False
    assert report.growth("mail", 2, 1.0, 0.0).ok is False  # no time at all is no measure


def test_work_too_short_for_the_clock_counts_as_its_tick() -> None:
    assert report.rate(10, 2.0) == 5.0
    assert report.rate(10, 0.0, 0.01) == 1_000.0
    assert report.rate(0, 0.0) == 0.0


def test_a_figure_that_is_no_number_never_becomes_json() -> None:
    with pytest.raises(ValueError, match="JSON"):
        report.show([report.fact("mail", "speed", float("inf"), "1/s")], as_json=True)
