"""Addresses and names as the platforms compare them: their own vectors, and Turkish ones."""

import pytest

from kervan.delivery.channels.ads import hashing


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("  John_Smith@gmail.com ", "john_smith@gmail.com"),
        ("INFO@DUKKAN.COM.TR", "info@dukkan.com.tr"),
        ("İREM@ev.example", "irem@ev.example"),
        ("I\u0307REM@ev.example", "irem@ev.example"),
        ("ırmak@ev.example", "irmak@ev.example"),
        ("a b@ev.example", "ab@ev.example"),
        ("user.name+NYC@Example.com", "user.name+nyc@example.com"),
        ("nobody", ""),
        ("@ev.example", ""),
    ],
)
def test_an_address_is_lowered_but_never_by_turkish_rules(given: str, expected: str) -> None:
    assert hashing.email(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("cloudy.sanfrancisco+shopping@gmail.com", "cloudysanfrancisco@gmail.com"),
        ("A.B+c@GoogleMail.com", "ab@googlemail.com"),
        ("user.name+NYC@Example.com", "user.name+nyc@example.com"),
        ("+x@gmail.com", ""),
    ],
)
def test_gmail_is_one_mailbox_at_google_only(given: str, expected: str) -> None:
    assert hashing.google_email(given) == expected


def test_a_phone_has_its_country_with_a_plus_sign_for_google_only() -> None:
    assert hashing.meta_phone("+905321112233") == "905321112233"
    assert hashing.google_phone("+905321112233") == "+905321112233"
    assert hashing.meta_phone("+1 (650) 555-1212") == "16505551212"
    assert hashing.google_phone("905321112233") == ""
    assert hashing.meta_phone("") == hashing.google_phone("") == ""


def test_a_name_is_read_by_both_rules_where_they_differ() -> None:
    assert hashing.names("İBRAHİM") == ("i̇brahi̇m", "ibrahim")
    assert hashing.names("ISPARTA") == ("isparta", "ısparta")
    assert hashing.names("  Ayşe  Nur ") == ("ayşe nur",)
    assert hashing.names("O'Neil-Öz") == ("oneilöz",)
    assert hashing.names("Vale\u0301ry") == ("valéry",), "composed"
    assert hashing.names(" ") == ()


def test_the_hashes_of_metas_documentation() -> None:
    assert hashing.sha256(hashing.email("John_Smith@gmail.com")).startswith("62a14e44f765419d10fe")
    assert hashing.sha256(hashing.meta_phone("16505551212")) == (
        "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176"
    )
    [mary] = hashing.names("Mary")
    assert hashing.sha256(mary) == (
        "6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec"
    )
    [valery] = hashing.names("Valéry")
    assert hashing.sha256(valery) == (
        "08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c"
    )
    assert hashing.sha256("") == ""
