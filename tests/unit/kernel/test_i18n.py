"""The reader's language is chosen as browsers ask for it."""

import pytest

from kervan.kernel import i18n


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("tr-TR,tr;q=0.9,en;q=0.8", "tr"),
        ("az", "az"),
        ("de,fr", "en"),
        ("", "en"),
        ("en;q=0.1,az;q=0.9", "az"),
        ("garbage;;q=x,,tr", "tr"),
    ],
)
def test_the_best_language_of_ours_is_picked(header: str, locale: str) -> None:
    assert i18n.pick(header) == locale


def test_an_unknown_sentence_shows_its_key_and_facts() -> None:
    assert i18n.say("nobody.wrote_this", "tr", name="x") == "nobody.wrote_this (name=x)"


def test_facts_are_put_in_without_being_read_as_format() -> None:
    said = i18n.say("kernel.not_money", "en", amount="{0.__class__}")
    assert "{0.__class__}" in said
