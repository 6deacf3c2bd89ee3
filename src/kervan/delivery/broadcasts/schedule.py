"""When each message of a broadcast is due: a pure function of its schedule, person and zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from kervan.kernel import clock
from kervan.segments import zones
from kervan.segments.columns import Int64, Uint32, Words

NOW, BEST = "now", "best"
_FIRST_ZONE = timedelta(hours=14)
"""What the earliest clock on earth is ahead of UTC."""
HOUR_MS = 3_600_000
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before every start."""
Halves = npt.NDArray[np.uint64]


def clock_time(text: str) -> datetime | None:
    """A time such as 2026-11-27T10:00, with or without an offset; None for anything else."""
    if "T" not in text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if 1970 < found.year < 2100 else None


def starts_at(at: str, zone: str, now: datetime, *, local: bool) -> datetime:
    """When the audience is frozen and the first message may be due.

    With `local`, when the first clock on earth shows that time; never before `now`.
    """
    if at in (NOW, BEST):
        return now
    said = clock_time(at)
    assert said is not None
    if local:
        first = said.replace(tzinfo=UTC) - _FIRST_ZONE
    elif said.tzinfo is not None:
        first = said.astimezone(UTC)
    else:
        first = first_of(at, [zone])
    return max(now, first)


def first_of(at: str, names: list[str]) -> datetime:
    """When the first of these zones shows a local time."""
    said = clock_time(at)
    assert said is not None
    words = Words(np.arange(len(names), dtype=np.int32), tuple(names))
    local = np.full(len(names), clock.to_ms(said.replace(tzinfo=UTC)), np.int64)
    return clock.from_ms(int(zones.to_instant(words, local).min()))


def due(
    at: str, people: Uint32, zone: Words | None, start_ms: int, spread_hours: float, salt: int
) -> Int64:
    """When each of `people` is due, in milliseconds UTC.

    `zone` has an entry for each where `at` is a local time: who has passed it is due at the start.
    The spread is the person's own: always the same for one `salt`.
    """
    if zone is None:
        first = np.full(len(people), start_ms, np.int64)
    else:
        said = clock_time(at)
        assert said is not None
        local = np.full(len(people), clock.to_ms(said.replace(tzinfo=UTC)), np.int64)
        first = np.maximum(zones.to_instant(zone, local), start_ms)
    most = np.uint64(round(spread_hours * HOUR_MS))
    part = hashed(people, salt) >> np.uint64(32)
    spread: Int64 = first + ((part * most) >> np.uint64(32)).astype(np.int64)
    return spread


def hashed(people: Uint32, salt: int) -> Halves:
    """64 well-mixed bits for each person, others for another salt.

    The finalizer of SplitMix64 (Steele, Lea, Flood 2014). `salt` has 64 bits, well mixed itself.
    """
    with np.errstate(over="ignore"):
        mixed = (people.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) ^ np.uint64(salt)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
        found: Halves = mixed ^ (mixed >> np.uint64(31))
    return found


def known(zone: str) -> bool:
    """Whether the zone data has a zone."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return bool(zone)
