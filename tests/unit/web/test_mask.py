"""What a mask leaves tells nobody whom it covers, however odd the value."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.profiles.read import Person
from kervan.web import mask


@pytest.mark.parametrize(
    ("value", "covered"),
    [
        ("kadin@ornek.com", "k***@o***.com"),
        ("İrem@örnek.com.tr", "İ***@ö***.tr"),
        ("a@b", "a***@b***"),
        ("@b.com", "***"),
        ("no address", "***"),
        ("", "***"),
    ],
)
def test_an_address(value: str, covered: str) -> None:
    assert mask.email(value) == covered


@pytest.mark.parametrize(
    ("value", "covered"),
    [
        ("+905321112267", "+90 *** ** 67"),
        ("0532 111 22 67", "+90 *** ** 67"),
        ("+994501234512", "+994 *** ** 12"),
        ("112", "***"),
        ("call me", "***"),
    ],
)
def test_a_number(value: str, covered: str) -> None:
    assert mask.phone(value) == covered


@pytest.mark.parametrize(
    ("value", "covered"),
    [("İrem Su", "İ. S."), ("əli", "ə."), ("", "***"), ("***", "***"), ("1 2", "***")],
)
def test_a_name(value: str, covered: str) -> None:
    assert mask.name(value) == covered


def test_what_stands_in_a_text() -> None:
    said = "Write to kadin@ornek.com or call +90 532 111 22 67 / 0532 111 22 67, order 5321112267"
    assert mask.text(said) == (
        "Write to k***@o***.com or call +90 *** ** 67 / +90 *** ** 67, order 5321112267"
    )


def test_what_stands_deep_in_a_property() -> None:
    value = {"a": [{"b": "kadin@ornek.com"}, 5, None], "c": True}
    assert mask.anything(value) == {"a": [{"b": "k***@o***.com"}, 5, None], "c": True}


@given(st.text(max_size=60))
def test_no_text_breaks_a_mask(value: str) -> None:
    for cover in (mask.email, mask.phone, mask.name, mask.text):
        assert isinstance(cover(value), str)


def test_a_person_keeps_what_is_not_hers_alone() -> None:
    who = Person(
        person=1,
        id=uuid.UUID(int=1),
        key=b"",
        email="kadin@ornek.com",
        email_hash=b"",
        phone="+905321112267",
        first_name="İrem",
        locale="tr",
        zone="",
        traits={
            "firstName": "İrem",
            "birthday": "1990-01-02",
            "address": {"street": "Lale Sok."},
            "tier": "gold",
            "note": "kadin@ornek.com",
        },
    )
    covered = mask.person(who)
    assert (covered.first_name, covered.email, covered.phone) == (
        "İ.",
        "k***@o***.com",
        "+90 *** ** 67",
    )
    assert covered.traits == {
        "firstName": "İ.",
        "birthday": "***",
        "address": "***",
        "tier": "gold",
        "note": "k***@o***.com",
    }
    assert (covered.id, covered.locale) == (who.id, "tr")
