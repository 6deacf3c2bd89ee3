"""Local time in ClickHouse: an instant plus the shift of its zone at that instant."""

from collections.abc import Sequence

import numpy as np

from kervan.segments.compile.bind import Bound
from kervan.segments.compile.moments import FAR_MS, Choose, classes, of_zone
from kervan.segments.zones import shifts


def local_ms(at_ms: str, zones: Sequence[str], bound: Bound, choose: Choose) -> str:
    """Local milliseconds (as if UTC) of an expression of milliseconds, by the person's zone."""
    return (
        f"({at_ms} + {of_zone(classes(zones, [_shift(at_ms, z, bound) for z in zones]), choose)})"
    )


def _shift(at_ms: str, zone: str, bound: Bound) -> str:
    """The shift of a zone at an instant; most instants lie in its last pieces, the rest is sought.

    Pieces that lie ahead of all data cost nothing: the search begins at the end.
    """
    one = shifts(zone)
    edges = np.maximum(one.edges_ms, -FAR_MS).tolist()
    if len(edges) == 1:
        return bound.integer(int(one.shifts_ms[0]))
    edges_in, shifts_in = bound.integers(edges), bound.integers(one.shifts_ms.tolist())
    return f"{shifts_in}[arrayLastIndex(edge -> edge <= {at_ms}, {edges_in})]"
