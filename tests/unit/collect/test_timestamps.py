"""Tests of timestamps: the forms that are sent, and whose clock is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.collect import timestamps
from kervan.collect.event import EARLIEST_MS, FUTURE_MS, RejectedError

NOON = 1_767_268_800_000  # 2026-01-01T12:00:00Z
DAY = 86_400_000


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-01T12:00:00Z",
        "2026-01-01T12:00:00.000Z",
        "2026-01-01T12:00:00",
        "2026-01-01T15:00:00+03:00",
        "2026-01-01T15:00:00.000000+0300",
        "2026-01-01 12:00:00",
        "2026-01-01T12:00",
        "20260101T120000Z",
        " 2026-01-01T12:00:00Z ",
        NOON,
        NOON / 1000,
        str(NOON),
        str(NOON // 1000),
        float(NOON),
    ],
)
def test_forms_of_one_instant(value: object) -> None:
    assert timestamps.read(value) == NOON


def test_absent_times() -> None:
    assert timestamps.read(None) is None
    assert timestamps.read("") is None
    assert timestamps.read("2026-01-01") == NOON - DAY // 2


@pytest.mark.parametrize(
    "value",
    [
        "yesterday",
        "2026-13-01T00:00:00Z",
        True,
        [],
        {},
        1e300,
        -1e300,
        float("nan"),
        "NaN",
        "9" * 400,
    ],
)
def test_what_is_no_time_is_refused(value: object) -> None:
    with pytest.raises(RejectedError) as caught:
        timestamps.read(value)
    assert caught.value.reason == "collect.bad_time"


def test_a_clock_that_is_wrong_is_corrected() -> None:
    year = 365 * DAY
    assert timestamps.placed(NOON - year - 60_000, NOON - year, NOON) == NOON - 60_000
    assert timestamps.placed(NOON + year - 60_000, NOON + year, NOON) == NOON - 60_000


def test_a_small_difference_is_the_networks() -> None:
    assert timestamps.placed(NOON - 7_000, NOON - 4_000, NOON) == NOON - 7_000


def test_imports_keep_their_time() -> None:
    assert timestamps.placed(NOON - 900 * DAY, NOON - DAY, NOON, keep=True) == NOON - 900 * DAY


@pytest.mark.parametrize(
    ("original", "sent", "reason"),
    [
        (0, 0, "collect.time_too_early"),
        (0, NOON, "collect.time_too_early"),
        (EARLIEST_MS - 1, 0, "collect.time_too_early"),
        (4_070_908_800_000, 0, "collect.time_in_future"),
        (4_070_908_800_000, NOON, "collect.time_in_future"),
    ],
)
def test_absurd_times_are_refused(original: int, sent: int, reason: str) -> None:
    with pytest.raises(RejectedError) as caught:
        timestamps.placed(original, sent, NOON)
    assert caught.value.reason == reason


def test_1970_and_2099_are_fine_when_the_whole_clock_says_so() -> None:
    assert timestamps.placed(5_000, 6_000, NOON) == NOON - 1_000
    assert timestamps.placed(4_070_908_800_000, 4_070_908_801_000, NOON) == NOON - 1_000


@given(st.integers(EARLIEST_MS, NOON + FUTURE_MS), st.integers(0, 2 * NOON))
def test_nothing_happens_after_its_receipt(original: int, sent: int) -> None:
    try:
        at = timestamps.placed(original, sent, NOON)
    except RejectedError:
        return
    assert EARLIEST_MS <= at <= NOON
