"""Amounts, numbers and dates come out as the reader writes them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.content import filters
from kervan.kernel import money
from kervan.kernel.errors import KervanError


@given(
    st.integers(-(10**12), 10**12),
    st.sampled_from(["TRY", "AZN", "EUR", "GBP", "JPY", "KWD"]),
    st.sampled_from(["tr", "az", "en"]),
)
def test_money_is_what_cldr_says(minor: int, currency: str, language: str) -> None:
    """The quick way with a frame per currency agrees with babel on every amount."""
    amount = str(Decimal(minor).scaleb(-money.minor_digits(currency)))
    expected = money.format_money(minor, currency, language)
    assert filters.for_language(language)["money"](amount, currency) == expected
    assert filters.for_language(language)["money_minor"](minor, currency) == expected


@pytest.mark.parametrize("value", ["abc", "NaN", float("inf"), 1e30, True, None, [1], ""])
def test_money_refuses_what_is_no_amount(value: object) -> None:
    with pytest.raises(KervanError, match="number"):
        filters.for_language("en")["money"](value, "TRY")


def test_numbers_and_dates() -> None:
    tr, az, en = (filters.for_language(one) for one in ("tr", "az", "en"))
    assert (tr["number"](12345.5), en["number"](12345.5), az["number"](3)) == (
        "12.345,5", "12,345.5", "3",
    )  # fmt: skip
    assert en["number"](2, 2) == "2.00"
    night = "2026-01-31T22:30:00Z"
    assert tr["date"](night, "d MMMM y HH:mm", "Europe/Istanbul") == "1 Şubat 2026 01:30"
    assert az["date"](1_769_898_600_000, "d MMMM y", zone="Asia/Baku") == "1 fevral 2026"
    assert tr["date"]("2026-01-31") == "31 Ocak 2026"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("yesterday",), "content.not_a_date"),
        ((10**30,), "content.not_a_date"),
        (("2026-01-31T00:00:00Z", "d", "Mars/Phobos"), "content.zone_unknown"),
        (("2026-01-31T00:00:00Z", "d", "../../etc/passwd"), "content.not_a_date"),
        (([],), "content.not_a_date"),
    ],
)
def test_dates_refused(arguments: tuple[object, ...], code: str) -> None:
    with pytest.raises(KervanError) as caught:
        filters.for_language("tr")["date"](*arguments)
    assert caught.value.code == code


def test_letters_follow_the_language_unless_told() -> None:
    tr, en = filters.for_language("tr"), filters.for_language("en")
    assert (tr["upper"]("ışıl"), en["upper"]("istanbul")) == ("IŞIL", "ISTANBUL")
    assert (en["upper"]("istanbul", "tr"), en["upper_az"]("iki"), en["lower_tr"]("IŞIK")) == (
        "İSTANBUL", "İKİ", "ışık",
    )  # fmt: skip
    assert tr["truncate"]("çok uzun bir ad", 9) == "çok uzun…"
