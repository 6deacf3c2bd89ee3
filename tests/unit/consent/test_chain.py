"""The text of a row is told apart from every other, and a signature from a forged one."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from kervan.consent import chain
from kervan.kernel.crypto import Vault

_VAULT = Vault(b"k" * 32).workspace("test")
_FIELD = st.text(st.characters(exclude_characters="\x1f", exclude_categories=["Cs"]), max_size=4)


@given(st.lists(_FIELD, min_size=3, max_size=3), st.lists(_FIELD, min_size=3, max_size=3))
def test_two_rows_have_one_text_only_when_they_are_the_same(
    one: list[str], other: list[str]
) -> None:
    assert (chain.text_of(one) == chain.text_of(other)) == (one == other)


def test_instants_are_exact_to_the_microsecond_in_any_zone() -> None:
    at = datetime(2026, 11, 22, 9, 0, 0, 1, tzinfo=UTC)
    assert chain.microseconds(at) == "1795338000000001"
    assert chain.microseconds(at.astimezone(timezone(timedelta(hours=3)))) == "1795338000000001"
    assert chain.microseconds(None) == ""


def test_a_hash_hangs_on_what_was_before() -> None:
    assert chain.link("a", chain.GENESIS) != chain.link("a", chain.link("a", chain.GENESIS))


def test_only_the_key_makes_the_signature_and_for_one_thing() -> None:
    hash_ = chain.link("a", chain.GENESIS)
    signature = chain.sign(_VAULT, "head", 7, hash_)
    assert chain.is_signed(_VAULT, "head", 7, hash_, signature)
    assert not chain.is_signed(_VAULT, "checkpoint", 7, hash_, signature)
    assert not chain.is_signed(_VAULT, "head", 8, hash_, signature)
    assert not chain.is_signed(_VAULT, "head", 7, hash_, None)
    stranger = Vault(b"x" * 32).workspace("test")
    assert not chain.is_signed(stranger, "head", 7, hash_, signature)
