"""In which zone somebody is; where nobody knows, in which zones she may be."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt
from babel.core import get_global

from kervan.delivery.policy.definition import ZONES_WHEN_UNKNOWN
from kervan.segments.zones import shifts

Instants = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Zones = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Where each row is: `codes` are places in `sets`, each the zones that a person may be in."""

    codes: Codes
    sets: tuple[Zones, ...]

    def take(self, rows: npt.NDArray[np.int64]) -> "Places":
        """The places of these rows."""
        return Places(self.codes[rows], self.sets)


@lru_cache(maxsize=1024)
def known(zone: str) -> bool:
    """Whether an IANA zone has this name."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@cache
def zones_of(country: str) -> Zones:
    """The zones of an ISO 3166 country, () for an unknown one.

    Source: the Unicode CLDR's zones of territories, as Babel ships them. Zones that keep the same
    time from now on are named once.
    """
    names = [one for one in get_global("territory_zones").get(country, ()) if known(one)]
    clocks: dict[tuple[bytes, bytes], str] = {}
    for name in names:
        one = shifts(name)
        recent = one.edges_ms > 1_700_000_000_000
        recent[-1] = True
        clocks.setdefault((one.edges_ms[recent].tobytes(), one.shifts_ms[recent].tobytes()), name)
    return tuple(sorted(clocks.values()))


def places(rows: Iterable[tuple[str, str]], unknown: Zones = ZONES_WHEN_UNKNOWN) -> Places:
    """Where people are by their (zone, country), "" for what nobody knows.

    A known zone is it; else all zones of the country; else `unknown`.
    """
    sets: dict[Zones, int] = {}
    seen: dict[tuple[str, str], int] = {}
    codes = []
    for row in rows:
        code = seen.get(row)
        if code is None:
            zone, country = row
            mine = (zone,) if zone and known(zone) else zones_of(country) or unknown
            code = seen[row] = sets.setdefault(mine, len(sets))
        codes.append(code)
    return Places(np.array(codes, np.int32), tuple(sets))


def local(zone: str, at_ms: Instants) -> Instants:
    """Local milliseconds (as if UTC) of instants in one zone."""
    one = shifts(zone)
    piece = np.searchsorted(one.edges_ms, at_ms, side="right") - 1
    return np.asarray(at_ms + one.shifts_ms[piece], np.int64)


def instant(zone: str, local_ms: Instants) -> Instants:
    """The first instant at which it is this local time or, in a gap, later, in one zone."""
    one = shifts(zone)
    piece = np.searchsorted(one.ends_ms, local_ms, side="right")
    at = np.maximum(local_ms - one.shifts_ms[piece], one.edges_ms[piece])
    return np.asarray(at, np.int64)
