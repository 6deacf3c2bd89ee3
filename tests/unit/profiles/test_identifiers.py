"""Identifiers are compared in one form, and what names nobody is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.profiles.identifiers import CARD, CUSTOMER, EMAIL, PHONE, normalise


@pytest.mark.parametrize(
    "text",
    ["IREM@Ornek.COM", "irem@ornek.com", "İrem@ornek.com", " ırem@ornek.com ", "ıREM@ORNEK.COM"],
)
def test_one_address_however_its_i_is_written(text: str) -> None:
    assert normalise(EMAIL, text, "TR") == "irem@ornek.com"


@pytest.mark.parametrize(
    "text", ["0532 123 45 67", "+90 (532) 123-4567", "5321234567", "00905321234567", "905321234567"]
)
def test_one_turkish_phone_however_it_is_written(text: str) -> None:
    assert normalise(PHONE, text, "TR") == "+905321234567"


def test_an_azerbaijani_phone_is_read_with_its_country() -> None:
    assert normalise(PHONE, "050 123 45 67", "AZ") == "+994501234567"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (CUSTOMER, "null"),
        (CUSTOMER, "Undefined"),
        (CUSTOMER, '"anonymous"'),
        (CUSTOMER, "  "),
        (CUSTOMER, "00000000-0000-0000-0000-000000000000"),
        (CUSTOMER, "misafir"),
        (CUSTOMER, "qonaq"),
        (CUSTOMER, "bilinmiyor"),
        (CUSTOMER, True),
        (CUSTOMER, None),
        (CUSTOMER, {"id": 1}),
        (CUSTOMER, "[object Object]"),
        (CUSTOMER, "anonymousId"),
        (CUSTOMER, "0"),
        (CUSTOMER, -1),
        (EMAIL, "test@test.com"),
        (EMAIL, "no at sign"),
        (EMAIL, "a@b"),
        (PHONE, "5555555555"),
        (PHONE, "0000000000"),
        (PHONE, "abc"),
        (PHONE, "12"),
    ],
)
def test_what_names_nobody_is_refused(kind: int, value: object) -> None:
    assert normalise(kind, value, "TR") is None


def test_a_number_is_a_customer_id_and_a_card_is_upper_case() -> None:
    assert normalise(CUSTOMER, 17850, "TR") == "17850"
    assert normalise(CARD, "l-77", "TR") == "L-77"


@given(st.sampled_from([CUSTOMER, EMAIL, PHONE, CARD]), st.text(max_size=60))
def test_the_normal_form_is_its_own_normal_form(kind: int, text: str) -> None:
    once = normalise(kind, text, "TR")
    assert once is None or normalise(kind, once, "TR") == once
