"""Dates are found in traits as shops write them, and a date begins in her own zone."""

import pytest

from kervan.segments.mirror import dates


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1990-11-22", 1122), ("1990-11-22T00:00:00Z", 1122), ("22.11.1990", 1122),
        ("5/1/1990", 105), ("--02-29", 229), ("11-22", 1122), ("1990-13-01", 0), ("31.02.1990", 0),
        ("soon", 0), ("", 0), ("1990", 0),
    ],
)  # fmt: skip
def test_the_day_of_a_birthday(text: str, day: int) -> None:
    assert dates.birthday({"birthday": (text, 1, 0)}) == day


def test_the_latest_word_on_a_birthday_that_is_a_date_counts() -> None:
    said = {
        "Doğum Tarihi": ("01.02.1990", 5, 0),
        "dateOfBirth": ("1990-03-04", 9, 0),
        "birthday": (7, 11, 0),
        "birthplace": ("1990-05-06", 12, 0),
    }
    assert dates.birthday(said) == 304


@pytest.mark.parametrize("name", ["DOĞUM TARİHİ", "doğum_tarihi", "DOB", "birth-date", "BIRTHDAY"])
def test_a_birthday_by_any_spelling(name: str) -> None:
    assert dates.is_birthday(name)


@pytest.mark.parametrize(
    ("text", "at_ms"),
    [
        ("1970-01-01T00:00:00Z", 0), ("1970-01-01t03:00:00.1239+03:00", 123),
        ("2016-12-31T23:59:60Z", 1483228800000), ("1969-12-31T23:59:59.999Z", -1),
        ("1970-01-01T00:00:00", None), ("1970-01-01", None), ("1970-13-01T00:00:00Z", None),
        ("1970-01-01T00:00:00+99:00", None), ("x1970-01-01T00:00:00Z", None),
    ],
)  # fmt: skip
def test_instants(text: str, at_ms: int | None) -> None:
    assert dates.instant_ms(text) == at_ms


def test_a_date_begins_in_her_zone_at_the_first_instant_there_is() -> None:
    known = [{"a": "2026-11-22", "n": 5, "x": "2026-02-30"}, {"b": "2018-11-04"}, {}]
    zones = ["Asia/Baku", "America/Sao_Paulo", "UTC"]
    # São Paulo had no midnight on that day: its clocks went from 23:59:59 to 01:00.
    assert dates.moments(known, zones) == [{"a": 1795291200000}, {"b": 1541300400000}, {}]
