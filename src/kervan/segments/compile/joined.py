"""Conditions on names and times of events, and all of several conditions."""

from collections.abc import Sequence

from kervan.segments.compile.bind import LEAST_AT_MS, Bound
from kervan.segments.compile.moments import FAR_MS, Bounds

PLACE = (
    "bitOr(bitShiftLeft(toUInt256(toUnixTimestamp64Milli(at) + 62135596800000), 128),"
    " toUInt256(reinterpretAsUInt128(reverse(event_id))))"
)
"""The place of an event by (at, event id) as one number, which compares faster than a tuple."""


def named(names: Sequence[str], bound: Bound) -> str:
    """The condition on the name of an event: what the table is ordered by."""
    if len(names) == 1:
        return f"name = {bound.text(names[0])}"
    return f"name IN {bound.texts(sorted(set(names)))}"


def within(bounds: Bounds, bound: Bound) -> list[str]:
    """The conditions that an event lies from the first instant to before the second."""
    low, high = bounds
    met = [] if low <= LEAST_AT_MS else [f"at >= {bound.instant(low)}"]
    return [*met, f"at < {bound.instant(high)}"] if high < FAR_MS else met


def both(conditions: Sequence[str]) -> str:
    """All of them; of none: yes."""
    return f"({' AND '.join(conditions)})" if conditions else "1"
