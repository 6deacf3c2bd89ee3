"""Local time in ClickHouse: an instant plus the shift of its zone at that instant."""

from collections.abc import Sequence

import numpy as np

from kervan.segments.compile.bind import Bound
from kervan.segments.compile.moments import FAR_MS, Bounds, Choose, classes, of_zone
from kervan.segments.zones import shifts

_FEW = 6
EVER: Bounds = (-FAR_MS, FAR_MS)


def local_ms(
    at_ms: str, zones: Sequence[str], bound: Bound, choose: Choose, between: Bounds = EVER
) -> str:
    """Local milliseconds (as if UTC) of an expression of milliseconds, by the person's zone.

    Instants lie in `between`: zones whose clocks agree there are one.
    """
    by_zone = [_shift(at_ms, zone, bound, between) for zone in zones]
    return f"({at_ms} + {of_zone(classes(zones, by_zone), choose)})"


def pieces(zone: str, between: Bounds) -> tuple[tuple[int, int], ...]:
    """(from when, shift) of each piece of a zone there, both in ms; the first is from ever on."""
    one = shifts(zone)
    first, last = np.maximum(np.searchsorted(one.edges_ms, between, side="right") - 1, 0)
    last = max(first, last)  # one zone's bounds may hold nothing where another's do
    edges = [-FAR_MS, *one.edges_ms[first + 1 : last + 1].tolist()]
    return tuple(zip(edges, one.shifts_ms[first : last + 1].tolist(), strict=True))


def _shift(at_ms: str, zone: str, bound: Bound, between: Bounds) -> str:
    """The shift of a zone at an instant: its last few pieces are tried, older ones are sought."""
    found = pieces(zone, between)
    edges, by = [edge for edge, _ in found], [shift for _, shift in found]
    recent = "".join(
        f"{at_ms} >= {bound.integer(edge)}, {bound.integer(shift)}, "
        for edge, shift in found[:0:-1][:_FEW]
    )
    oldest = bound.integer(by[0])
    if len(found) > _FEW + 1:
        sought = f"arrayLastIndex(edge -> edge <= {at_ms}, {bound.integers(edges)})"
        oldest = f"{bound.integers(by)}[greatest({sought}, 1)]"
    return f"multiIf({recent}{oldest})" if recent else oldest
