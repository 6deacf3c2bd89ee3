"""Reads the times SDKs send and moves them from the sender's clock to ours."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from kervan.collect.event import EARLIEST_MS, FUTURE_MS, RejectedError
from kervan.kernel import clock

SKEW_MS = 5_000
"""Below this the difference is the network's, not the clock's."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_9999_SECONDS = 253_402_300_799


def of_datetime(at: datetime) -> int:
    """Milliseconds of `at`; a time without zone is UTC, as the SDKs document it."""
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    try:
        return clock.to_ms(at)
    except OverflowError:
        raise RejectedError("collect.bad_time", str(at)) from None


def to_datetime(at_ms: int) -> datetime:
    """The aware datetime of `at_ms`; for times read by `read`, so within the years 1 to 9999."""
    return _EPOCH + timedelta(milliseconds=at_ms)


def _of_number(number: float) -> int:
    if not math.isfinite(number):
        raise RejectedError("collect.bad_time", str(number))
    # Seconds and milliseconds are both sent: as milliseconds 1e11 is 1973, as seconds 5138.
    seconds = number / 1000 if abs(number) >= 1e11 else number
    if not -62_135_596_800 <= seconds <= _YEAR_9999_SECONDS:
        raise RejectedError("collect.bad_time", str(number)[:40])
    return round(seconds * 1000)


def _of_text(text: str) -> int:
    text = text.strip()
    try:
        return of_datetime(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        pass
    try:
        return of_datetime(msgspec.convert(text, datetime))
    except (msgspec.ValidationError, OverflowError):
        pass
    try:
        return _of_number(float(text))
    except ValueError:
        raise RejectedError("collect.bad_time", text[:40]) from None


def read(value: Any) -> int | None:
    """Milliseconds of an ISO 8601 text or of epoch seconds or milliseconds; None for nothing.

    Raises RejectedError collect.bad_time.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return _of_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RejectedError("collect.bad_time", type(value).__name__)
    return _of_number(value)


def placed(original_ms: int, sent_ms: int, received_ms: int, *, keep: bool = False) -> int:
    """When it happened on our clock: received - (sent - original), if the clocks differ.

    `sent_ms` 0 means unknown. `keep` is for imports, whose times are history and right. The
    future is clamped to `received_ms`. Source: Segment's "Spec: Common", timestamps.
    Raises RejectedError collect.time_too_early and collect.time_in_future.
    """
    at_ms = original_ms
    if not keep and sent_ms and abs(received_ms - sent_ms) > SKEW_MS:
        at_ms = received_ms - (sent_ms - original_ms)
    if at_ms < EARLIEST_MS:
        raise RejectedError("collect.time_too_early", _iso(at_ms))
    if at_ms > received_ms:
        if at_ms > received_ms + FUTURE_MS:
            raise RejectedError("collect.time_in_future", _iso(at_ms))
        at_ms = received_ms
    return at_ms


def _iso(at_ms: int) -> str:
    try:
        return clock.from_ms(at_ms).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return str(at_ms)
