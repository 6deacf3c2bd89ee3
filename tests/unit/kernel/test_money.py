"""Money is counted in whole minor units and written as its readers write it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.kernel import money
from kervan.kernel.errors import KervanError


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("12.5", "TRY", 1250),
        (0.1, "TRY", 10),
        ("1000", "JPY", 1000),
        ("1.005", "KWD", 1005),
        ("0.125", "TRY", 12),
        ("0.135", "TRY", 14),
        ("-3", "AZN", -300),
    ],
)
def test_an_amount_in_minor_units(amount: str | float, currency: str, minor: int) -> None:
    assert money.to_minor(amount, currency) == minor


@given(st.integers(-(10**15), 10**15), st.sampled_from(["TRY", "JPY", "KWD", "AZN", "USD"]))
def test_minor_units_come_back(minor: int, currency: str) -> None:
    exact = Decimal(minor).scaleb(-money.minor_digits(currency))
    assert money.to_minor(exact, currency) == minor


@pytest.mark.parametrize("amount", ["", "abc", "nan", "inf", float("nan"), "1e999999999"])
def test_what_is_no_amount_is_refused(amount: str | float) -> None:
    with pytest.raises(KervanError) as caught:
        money.to_minor(amount, "TRY")
    assert caught.value.code == "kernel.not_money"


def test_each_language_has_its_own_form() -> None:
    forms = [money.format_money(123456, "TRY", locale) for locale in ("tr", "az", "en")]
    assert forms[0].startswith("₺1.234,56")
    assert len(set(forms)) == 3
