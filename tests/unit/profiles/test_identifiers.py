"""Identifiers are compared in one form, and what names nobody is refused."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.profiles.identifiers import CARD, CUSTOMER, EMAIL, PHONE, examine, normalise


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


_NASTY = [
    "\u202e",
    "\u200f",
    "\u200b",
    "\ufeff",
    "\u00ad",
    "\ud83d",
    "\0",
    "ı",
    "İ",
    "а",
    "ə",
    "@",
    "x",
]


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        (EMAIL, "a" * 10_000 + "@b.com", "too_long"),
        (CUSTOMER, "9" * 10_000, "too_long"),
        (EMAIL, "аli@ornek.com", "mixed_scripts"),  # a Cyrillic а
        (EMAIL, "ali@оrnek.com", "mixed_scripts"),
        (CARD, "L-7Ж", "mixed_scripts"),
        (CUSTOMER, "u\x00 1", "unreadable"),
        (CUSTOMER, "u\ud83d1", "unreadable"),
        (PHONE, "0555 555 55 55", "placeholder"),
        (PHONE, "yok", "placeholder"),
        (PHONE, "12 34", "not_a_number"),
        (EMAIL, "ali.ornek.com", "not_an_address"),
        (EMAIL, "misafir@ornek.com", "placeholder"),
        (CUSTOMER, "Ziyaretçi", "placeholder"),
        (CUSTOMER, "MÜŞTERİ", "placeholder"),
        (CUSTOMER, "istifadəçi", "placeholder"),
        (CUSTOMER, "'[object Object]'", "placeholder"),
        (CUSTOMER, "{00000000-0000-0000-0000-000000000000}", "placeholder"),
        (CUSTOMER, None, ""),
        (EMAIL, "\u200f", ""),
    ],
)
def test_what_is_refused_has_a_reason(kind: int, value: object, reason: str) -> None:
    assert examine(kind, value, "TR") == (None, reason)


def test_marks_an_eye_does_not_see_make_no_difference() -> None:
    assert normalise(EMAIL, "\u202eirem\u200b@ornek.com\ufeff", "TR") == "irem@ornek.com"
    assert normalise(CUSTOMER, "ｕ１\u200f", "TR") == "u1"
    assert normalise(CUSTOMER, "müşteri-7", "TR") == "müşteri-7"


@given(
    st.sampled_from([CUSTOMER, EMAIL, PHONE, CARD]),
    st.text(max_size=40) | st.lists(st.sampled_from(_NASTY), max_size=12).map("".join),
)
def test_no_text_raises_and_none_is_left_without_a_word(kind: int, text: str) -> None:
    value, reason = examine(kind, text, "AZ")
    assert value is None or (value.encode() and not reason)


@given(st.integers(500_000_000, 599_999_999), st.sampled_from(["", "0", "+90", "90", "0090"]))
def test_the_quick_way_to_a_phone_number_is_the_librarys(number: int, prefix: str) -> None:
    text = f"{prefix}{number}{number % 10}"
    parsed = phonenumbers.parse(text, "TR")
    found = normalise(PHONE, text, "TR")
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    assert found in (None, written)
