"""Reads lengths of time as people write them ("1 hour 30 minutes") and says them in words."""

import re

from kervan.kernel import i18n

SECOND, MINUTE, HOUR, DAY, WEEK = 1_000, 60_000, 3_600_000, 86_400_000, 604_800_000
_UNITS = {
    "s": SECOND, "sec": SECOND, "second": SECOND, "seconds": SECOND,
    "m": MINUTE, "min": MINUTE, "minute": MINUTE, "minutes": MINUTE,
    "h": HOUR, "hour": HOUR, "hours": HOUR,
    "d": DAY, "day": DAY, "days": DAY,
    "w": WEEK, "week": WEEK, "weeks": WEEK,
}  # fmt: skip
_PART = re.compile(r"(\d{1,9})\s*([a-z]+)\s*(?:,|and)?\s*")
PATTERN = r"^\s*(\d{1,9}\s*[a-z]+\s*(,|and)?\s*)+$"
LONGEST_MS = 3_660 * DAY
_NAMES = ((WEEK, "week"), (DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (SECOND, "second"))


class Duration(int):
    """A length of time in milliseconds; a day is always 24 hours."""


def parse(text: str) -> Duration | None:
    """`text` as a Duration, or None when it is none, is zero, or is longer than ten years.

    Months and years have no fixed length and are refused.
    """
    rest, total = text.strip().lower(), 0
    if not rest:
        return None
    while rest:
        part = _PART.match(rest)
        if part is None or part[2] not in _UNITS:
            return None
        total += int(part[1]) * _UNITS[part[2]]
        rest = rest[part.end() :]
    return Duration(total) if 0 < total <= LONGEST_MS else None


def describe(length_ms: int, locale: str) -> str:
    """`length_ms` in words: "1 hour 30 minutes", "1 saat 30 dakika", "1 saat 30 dəqiqə"."""
    parts = []
    for unit_ms, name in _NAMES:
        count, length_ms = divmod(length_ms, unit_ms)
        if count:
            form = name if count == 1 else f"{name}s"
            parts.append(i18n.say(f"journeys.{form}", locale, count=count))
    return " ".join(parts) or i18n.say("journeys.seconds", locale, count=0)
