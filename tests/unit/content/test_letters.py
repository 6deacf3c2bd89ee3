"""Turkish and Azerbaijani letters keep their dots and their dotlessness."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.content import letters


@pytest.mark.parametrize("language", ["tr", "az"])
def test_dotted_and_dotless(language: str) -> None:
    assert letters.upper("ismail ışık çiğdem", language) == "İSMAİL IŞIK ÇİĞDEM"
    assert letters.lower("İSMAİL IŞIK ÇİĞDEM", language) == "ismail ışık çiğdem"
    assert letters.capitalize("İSMAİL IŞIK", language) == "İsmail Işık"


def test_azerbaijani_schwa_and_english_i() -> None:
    assert letters.upper("gəncə şəhəri", "az") == "GƏNCƏ ŞƏHƏRİ"
    assert letters.upper("istanbul", "en") == "ISTANBUL"
    assert letters.lower("İstanbul", "en") == "istanbul"  # no stray combining dot


@given(st.text(alphabet="abcçdəefgğhıijklmnoöpqrsştuüvxyz ", max_size=30))
def test_there_and_back_is_the_same(text: str) -> None:
    for language in ("tr", "az"):
        assert letters.lower(letters.upper(text, language), language) == text
