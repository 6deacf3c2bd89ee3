"""Public holidays by day, in the reader's language where the calendar or our list knows it."""

import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import holidays

from kervan.consent.deadlines import calendar_in

_LANGUAGES = {"tr": "tr", "az": "az", "en": "en_US"}


def between(country: str, first: date, last: date, locale: str) -> list[tuple[date, str]]:
    """The holidays of an ISO 3166 country from `first` to `last`, both inclusive.

    Where nobody knows the language the names are in the country's own.
    """
    found: dict[date, str] = {}
    for year in range(first.year, last.year + 1):
        names = _names(country, year, locale)
        public = calendar_in(country, year).holidays
        found |= {day: names.get(day, public[day]) for day in public if first <= day <= last}
    return sorted(found.items())


@cache
def _names(country: str, year: int, locale: str) -> dict[date, str]:
    known = holidays.country_holidays(country)
    wanted = _LANGUAGES.get(locale, "")
    language = wanted if wanted in known.supported_languages else known.default_language
    told = holidays.country_holidays(country, years=year, language=language)
    return {day: said(country, locale, told[day]) for day in told}


def said(country: str, locale: str, name: str) -> str:
    """A name as the library gives it in the country's own language, in another one of ours.

    One day may have several, parted by semicolons, each with notes in brackets.
    """
    words = _words().get(country, {}).get(locale)
    if words is None:
        return name
    parts = []
    for part in name.split("; "):
        base, bracket, notes = part.partition(" (")
        for note, other in words["notes"].items():
            notes = notes.replace(note, other)
        parts.append(words["names"].get(base, base) + bracket + notes)
    return "; ".join(parts)


@cache
def _words() -> dict[str, Any]:
    text = (resources.files("kervan.consent") / "holiday_names.toml").read_text("utf-8")
    return tomllib.loads(text)
