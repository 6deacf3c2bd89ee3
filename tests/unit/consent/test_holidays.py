"""Holidays are named in the reader's language, those of both countries in both."""

from datetime import date

import holidays as library
import pytest

from kervan.consent import holidays


def _names(country: str, year: int, locale: str) -> dict[date, str]:
    return dict(holidays.between(country, date(year, 1, 1), date(year, 12, 31), locale))


@pytest.mark.parametrize(("country", "locale"), [("TR", "az"), ("AZ", "tr")])
def test_no_name_of_the_other_language_is_left(country: str, locale: str) -> None:
    for year in range(2020, 2036):
        mine = library.country_holidays(country).default_language
        own = library.country_holidays(country, years=year, language=mine).values()
        for name in {part for one in own for part in one.split("; ")}:
            assert holidays.said(country, locale, name) != name, name


def test_each_reads_her_own_words() -> None:
    day = date(2027, 4, 23)
    assert _names("TR", 2027, "tr")[day] == "Ulusal Egemenlik ve Çocuk Bayramı"
    assert _names("TR", 2027, "az")[day] == "Milli suverenlik və uşaq bayramı"
    assert _names("TR", 2027, "en")[day] == "National Sovereignty and Children's Day"
    assert "bayrami" not in " ".join(_names("AZ", 2027, "az").values())
    two = "Ramazan bayrami (müşahidə olunur, təxmini)"
    assert holidays.said("AZ", "tr", f"Zəfər Günü; {two}") == (
        "Zafer Günü; Ramazan Bayramı (yerine tatil, tahmini)"
    )
    assert holidays.said("DE", "tr", "Neujahr") == "Neujahr"
