"""Public holidays by day, in the reader's language where the calendar knows it."""

from datetime import date
from functools import cache

import holidays

from kervan.consent.deadlines import calendar_in

_LANGUAGES = {"tr": "tr", "az": "az", "en": "en_US"}


def between(country: str, first: date, last: date, locale: str) -> list[tuple[date, str]]:
    """The holidays of an ISO 3166 country from `first` to `last`, both inclusive.

    Where the calendar does not know the language the names are in the country's own.
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
    return {day: told[day] for day in told}
