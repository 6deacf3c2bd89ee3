"""Reads dates out of traits: instants for questions about time, the day of a birthday."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from kervan.profiles import traits
from kervan.segments import zones
from kervan.segments.columns import Int64, Words

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)")
_BIRTHDAYS = frozenset(
    {
        "birthday", "birthdate", "dateofbirth", "dob", "doğumtarihi", "dogumtarihi", "doğumgünü",
        "dogumgunu", "doğumtarixi", "dogumtarixi",
    }
)  # fmt: skip
_YEAR_FIRST = re.compile(r"\d{4}[-./](\d{1,2})[-./](\d{1,2})(?:[Tt ].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})(?:[./]\d{4})?")
_NO_YEAR = re.compile(r"(?:--)?(\d\d)-(\d\d)")
_LEAP_YEAR = 2024
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


@lru_cache(maxsize=4096)
def is_birthday(name: str) -> bool:
    """Whether a trait of this name is a date of birth, in whatever spelling."""
    plain = re.sub(r"[\s_.-]", "", name).replace("İ", "i").replace("I", "ı" if "ğ" in name else "i")
    return plain.lower() in _BIRTHDAYS


def birthday(known: Mapping[str, traits.Entry]) -> int:
    """Month * 100 + day of what was said last of her date of birth; 0 for none that is a date.

    Read are `1990-11-22` (also with a time), `22.11.1990`, `22/11/1990`, `11-22` and `--11-22`.
    """
    said = [(entry[1], entry[0]) for name, entry in known.items() if is_birthday(name)]
    for _, value in sorted(said, key=lambda one: -one[0]):
        if isinstance(value, str) and (day := _day(value.strip())):
            return day
    return 0


def _day(text: str) -> int:
    if match := _YEAR_FIRST.fullmatch(text) or _NO_YEAR.fullmatch(text):
        month, day = int(match[1]), int(match[2])
    elif match := _DAY_FIRST.fullmatch(text):
        month, day = int(match[2]), int(match[1])
    else:
        return 0
    try:
        date(_LEAP_YEAR, month, day)
    except ValueError:
        return 0
    return month * 100 + day


def moments(known: list[dict[str, Any]], zone: list[str]) -> list[dict[str, int]]:
    """Of each person's traits those that are dates, as instants in milliseconds.

    A date (`2026-11-22`) is its first instant in her `zone`, an instant (RFC 3339, with its
    offset) itself, cut to the millisecond. A leap second is the second after it.
    """
    found: list[dict[str, int]] = [{} for _ in known]
    rows: list[int] = []
    names: list[str] = []
    days: list[int] = []
    for row, mine in enumerate(known):
        for name, value in mine.items():
            if not isinstance(value, str) or len(value) < len("2026-11-22"):
                continue
            if (at_ms := instant_ms(value)) is not None:
                found[row][name] = at_ms
            elif (day := _date(value)) is not None:
                rows.append(row)
                names.append(name)
                days.append(day)
    if rows:
        first = zones.to_instant(_words([zone[row] for row in rows]), _midnights(days))
        for row, name, at_ms in zip(rows, names, first.tolist(), strict=True):
            found[row][name] = at_ms
    return found


def instant_ms(text: str) -> int | None:
    """The instant an RFC 3339 text says, None for any other."""
    match = _INSTANT.fullmatch(text)
    if match is None:
        return None
    day, clock, fraction, offset = match.groups()
    leap = clock.endswith(":60")
    try:
        at = datetime.fromisoformat(
            f"{day}T{clock[:6] + '59' if leap else clock}{'+00:00' if offset in 'Zz' else offset}"
        )
        at_ms = (at - _EPOCH) // _MS
    except (ValueError, OverflowError):
        return None
    return at_ms + leap * 1000 + int((fraction or "0")[:3].ljust(3, "0"))


def _date(text: str) -> int | None:
    """Days since 1970 of a date."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text).toordinal() - _EPOCH.toordinal()
    except ValueError:
        return None


def _midnights(days: list[int]) -> Int64:
    return np.array(days, np.int64) * zones.DAY_MS


def _words(texts: list[str]) -> Words:
    words, codes = np.unique(texts, return_inverse=True)
    return Words(codes.astype(np.int32), tuple(words.tolist()))
