"""What Kervan knows of a person has names, each of one sort."""

from typing import get_args

import pytest

from kervan.consent.channels import KIND_OF
from kervan.segments import facts, tree


@pytest.mark.parametrize(
    ("fact", "sort"),
    [
        ("birthday", "day"),
        ("known_since", "time"),
        ("rfm", "number"),
        ("rfm_group", "text"),
        ("score.lifetime_value", "number"),
        ("score.a.b", "number"),
        ("score.", None),
        ("score", None),
        ("shoe_size", None),
        ("", None),
    ],
)
def test_the_sort_of_a_fact(fact: str, sort: str | None) -> None:
    assert facts.sort_of(fact) == sort


def test_the_channels_are_those_of_consent_and_of_trees() -> None:
    assert set(facts.CHANNELS) == set(get_args(tree.Channel)) <= set(KIND_OF)
    assert facts.CHANNELS[:2] == ("email", "sms")  # their places are bits in what is stored


def test_different_consents_have_different_keys() -> None:
    keys = {
        facts.consent_key(*about)
        for about in (
            ("email", "marketing", "", ""),
            ("sms", "marketing", "", ""),
            ("email", "service", "", ""),
            ("email", "marketing", "news", ""),
            ("email", "marketing", "", "news"),
        )
    }
    assert len(keys) == 5
    assert "email/marketing//" in keys
