"""Holds each source to its rate with a bucket of tokens, in this process's memory."""

from dataclasses import dataclass

BURST_SECONDS = 2


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_seconds: float


class Throttle:
    """Token buckets by source; a bucket holds two seconds' worth of events.

    A batch is taken whenever the bucket holds a token and may overdraw it, so a batch larger than
    the bucket is slowed down and never refused for good.
    """

    def __init__(self) -> None:
        self._buckets: dict[int, _Bucket] = {}

    def wait_seconds(
        self, source: int, events: int, rate_per_second: float, at_seconds: float
    ) -> float:
        """0 if `events` may pass now (and count), else the seconds until some may.

        `rate_per_second` 0 means no limit; `at_seconds` is on a clock that never goes back.
        """
        if rate_per_second <= 0:
            return 0.0
        full = max(1.0, rate_per_second * BURST_SECONDS)
        bucket = self._buckets.setdefault(source, _Bucket(full, at_seconds))
        gained = (at_seconds - bucket.at_seconds) * rate_per_second
        bucket.tokens = min(full, bucket.tokens + gained)
        bucket.at_seconds = at_seconds
        if bucket.tokens < 1 - 1e-6:
            return (1.0 - bucket.tokens) / rate_per_second
        bucket.tokens -= events
        return 0.0
