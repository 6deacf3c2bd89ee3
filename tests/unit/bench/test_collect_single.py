"""The helpers of the collect-single bench: the bare work, its figures, when a run was noisy."""

import math
from datetime import timedelta

import pytest

from kervan.bench import begin, collect_single, lines
from kervan.bench.collect_single import KNOWN_COPY, KNOWN_HTTP, Bare
from kervan.collect import intake
from kervan.kernel import clock
from kervan.kernel.postgres import Connection


@pytest.mark.parametrize(
    ("heard", "copied", "is_noisy"),
    [
        (KNOWN_HTTP, KNOWN_COPY, False),
        (KNOWN_HTTP * 0.51, KNOWN_COPY * 0.51, False),
        (KNOWN_HTTP * 0.49, KNOWN_COPY, True),
        (KNOWN_HTTP, KNOWN_COPY * 0.49, True),
    ],
)
def test_a_bare_cost_above_twice_the_known_one_is_noisy(
    heard: float, copied: float, is_noisy: bool
) -> None:
    assert Bare(1_000, 1_000 / heard, 1_000 / copied).noisy is is_noisy


def test_hearing_and_keeping_count_one_after_the_other() -> None:
    assert Bare(100, 0.5, 1.5).requests_per_second == pytest.approx(50)


def test_the_figures_have_the_floor_the_targets_and_the_cpu_of_each_part() -> None:
    one = lines.Answered(2.0, 3, [0.01] * 9_990 + [0.2] * 10)
    found = collect_single._figures(
        one, Bare(10_000, 0.1, 0.15), {"web": 1.0, "up": 9.0, "load": 0.5}
    )
    figures = {figure.figure: figure for figure in found}
    speed = figures["requests_per_second"]
    assert (speed.value, speed.floor, speed.ratio, speed.ok) == (5_000, 40_000, 0.125, True)
    assert (figures["p99_seconds"].value, figures["p99_seconds"].ok) == (0.01, True)
    assert figures["cpu_web"].value == pytest.approx(100)
    assert "cpu_up" not in figures
    assert figures["told_to_come_back"].value == 3
    assert figures["noisy_run"].value == 0


def test_no_requests_in_no_time_are_still_numbers() -> None:
    found = collect_single._figures(lines.Answered(), Bare(0, 0.0, 0.0), {})
    assert all(math.isfinite(figure.value) for figure in found)


def test_the_barest_server_hears_every_request_and_is_gone_afterwards() -> None:
    with collect_single._bare_server() as port:
        answered = lines.send("127.0.0.1", port, "key", lambda i: b"{%d}" % i, 200, 8)
        assert (len(answered.latencies), answered.busy) == (200, 0)
    assert not begin.listens(port)


def test_the_bare_copy_keeps_each_request_once_64_a_commit(postgres: Connection) -> None:
    now = clock.now()
    intake.open_days(postgres, [now.date(), now.date() + timedelta(days=1)])
    postgres.commit()
    groups: list[int] = []
    for requests, sizes in ((1, [1]), (64, [64]), (130, [64, 64, 2])):
        assert collect_single._bare_copy(postgres, requests) > 0
        groups += sizes
    rows = postgres.execute("select events, xmin::text from kervan.intake order by id").fetchall()
    assert [events for events, _ in rows] == groups
    assert len({commit for _, commit in rows}) == len(groups)
