"""The one place that reads the clock, so that everywhere else time is a parameter."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The current instant, timezone-aware, in UTC."""
    return datetime.now(UTC)


def now_ms() -> int:
    """The current instant in milliseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1_000_000


def monotonic() -> float:
    """Seconds on a clock that never goes back, for measuring durations."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Block this thread for `seconds`."""
    time.sleep(seconds)


def from_ms(at_ms: int) -> datetime:
    """An instant in milliseconds as an aware UTC datetime."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def to_ms(at: datetime) -> int:
    """An aware datetime in milliseconds since 1970-01-01 UTC."""
    return round(at.timestamp() * 1000)
