"""Reads a date and time as an author writes it, in a zone, as one instant."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from kervan.segments import zones
from kervan.segments.columns import Words

_FORM = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?"
    r"(?: ?(Z|[+-]\d{2}:\d{2})| ([A-Za-z]\w*(?:/[\w+-]+)*))?"
)
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def known(zone: str) -> bool:
    """Whether this is an IANA zone of the pinned data."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


def clock_minutes(text: str) -> int | None:
    """ "09:30" as minutes of the day, None for what is no time of day."""
    found = _CLOCK.fullmatch(text.strip())
    return int(found[1]) * 60 + int(found[2]) if found else None


def parse(text: str, zone: str) -> int | None:
    """The instant of "2026-12-01 10:00" in ms UTC, None for what is none.

    A date alone is its midnight. A zone ("… Asia/Baku") or an offset ("…+04:00") behind it is
    taken before `zone`. A local time that does not exist is the next that does; one that comes
    twice is its first.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        return None
    day, hour, offset, named = found.groups()
    try:
        wall = datetime.fromisoformat(f"{day}T{(hour or '00:00').zfill(5)}")
        if offset:
            sign = offset.replace("Z", "+00:00")
            return int(datetime.fromisoformat(f"{wall.isoformat()}{sign}").timestamp() * 1000)
    except ValueError:
        return None
    if named and not known(named):
        return None
    local_ms = int(wall.replace(tzinfo=UTC).timestamp() * 1000)
    return to_instant(local_ms, named or zone)


def to_instant(local_ms: int, zone: str) -> int:
    """The instant of a local time (ms as if UTC) in a zone."""
    words = Words(np.zeros(1, np.int32), (zone,))
    return int(zones.to_instant(words, np.array([local_ms], np.int64))[0])


def to_local(at_ms: int, zone: str) -> int:
    """The local time (ms as if UTC) of an instant in a zone."""
    words = Words(np.zeros(1, np.int32), (zone,))
    return int(zones.to_local(words, np.array([at_ms], np.int64))[0])
