"""Passwords that are guessed soon are refused; who has none is told no faster than who has."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.web import passwords


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "web.password_short"),
        ("kısa parola", "web.password_short"),
        ("a" * 257, "web.password_long"),
        ("password1234", "web.password_common"),
        ("Galatasaray1905", "web.password_common"),
        ("ŞİFREM12345678", "web.password_common"),
        ("aaaaaaaaaaaaaaaa", "web.password_common"),
        ("aysegul.yilmaz!", "web.password_common"),
        ("qwertyuiop1234", "web.password_common"),
    ],
)
def test_what_is_easily_guessed_is_refused(password: str, code: str) -> None:
    with pytest.raises(KervanError) as refused:
        passwords.check(password, "aysegul.yilmaz@magaza.com")
    assert refused.value.code == code


def test_a_few_words_are_taken() -> None:
    passwords.check("vişne renkli dört bisiklet", "a@b.com")
    passwords.check("qədim Şuşa dağları 7", "a@b.com")


def test_a_password_is_verified_however_its_letters_are_composed() -> None:
    kept = passwords.hashed("şeftali ağacı altında")
    assert kept.startswith("$argon2id$")
    assert passwords.verify(kept, "şeftali ağacı altında")
    assert not passwords.verify(kept, "seftali agaci altinda")
    assert not passwords.is_dated(kept)


def test_nobodys_and_a_damaged_hash_are_wrong() -> None:
    assert not passwords.verify(None, "anything")
    assert not passwords.verify("$argon2id$broken", "anything")
    assert not passwords.verify(passwords.hashed("x" * 300), "x" * 300)


def test_a_megabyte_costs_no_more() -> None:
    kept = passwords.hashed("vişne renkli dört bisiklet")
    passwords.verify(kept, "warm")
    began = clock.monotonic()
    assert not passwords.verify(kept, "x" * 1_000_000)
    assert clock.monotonic() - began < 2


@settings(max_examples=5)
@given(st.text(max_size=40))
def test_no_text_breaks_it(password: str) -> None:
    assert not passwords.verify(None, password)
    assert passwords.verify(passwords.hashed(password), password)
