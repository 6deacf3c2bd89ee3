"""Tests of throttle: a source is held to its rate, and no batch is refused for good."""

from hypothesis import given
from hypothesis import strategies as st

from kervan.collect.throttle import BURST_SECONDS, Throttle


def test_no_limit() -> None:
    assert Throttle().wait_seconds(1, 10**9, 0, 0.0) == 0


def test_a_burst_passes_and_then_the_source_waits() -> None:
    throttle = Throttle()
    assert throttle.wait_seconds(1, 200, 100, 0.0) == 0
    wait = throttle.wait_seconds(1, 1, 100, 0.0)
    assert 0 < wait <= 1
    assert throttle.wait_seconds(2, 1, 100, 0.0) == 0
    assert throttle.wait_seconds(1, 1, 100, wait) == 0


def test_a_batch_larger_than_the_bucket_passes_and_is_paid_for() -> None:
    throttle = Throttle()
    assert throttle.wait_seconds(1, 1_000, 100, 0.0) == 0
    assert throttle.wait_seconds(1, 1, 100, 7.0) > 0
    assert throttle.wait_seconds(1, 1, 100, 8.1) == 0


@given(st.lists(st.tuples(st.integers(1, 50), st.floats(0, 1)), max_size=200))
def test_the_rate_holds_over_any_time(calls: list[tuple[int, float]]) -> None:
    throttle, now, taken, last = Throttle(), 0.0, 0, 0
    for events, pause in calls:
        now += pause
        if throttle.wait_seconds(1, events, 100, now) == 0:
            taken, last = taken + events, events
    assert taken - last <= 100 * (BURST_SECONDS + now) + 1
