"""A refusal is heard however it is spelt, and an ordinary sentence is not taken for one."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kervan.consent.refusal_words import fold, refusal_in

ISSUE = ("RET", "İPTAL", "DUR", "ÇIKIŞ", "STOP", "LƏĞV")
NEIGHBOURS = ("reddet", "İptal et", "durdur", "çıx", "İmtina", "ləğv et", "unsubscribe", "СТОП")
# What a keyboard, a telephone or an operator's gateway makes of a letter.
FORMS = {
    "İ": "İIıi", "I": "IıiİÍ", "Ə": "ƏəEeǝӘә", "Ğ": "ĞğGg", "Ş": "ŞşSsȘ", "Ç": "ÇçCc",
    "O": "OoÖ", "U": "UuÜ",
}  # fmt: skip
AROUND = st.text(" \t\n.,!?*“”\"'-_()…0123456789👍\u200b\u00a0\ufeff", max_size=6)
TAILS = st.sampled_from(["", " B001", " lütfen", " 3025", " mesaj göndermeyin", ", zəhmət olmasa"])


@st.composite
def spelt(draw: st.DrawFn) -> tuple[str, str]:
    """A word of the issue and one of its spellings."""
    word = draw(st.sampled_from(ISSUE))
    letters = [draw(st.sampled_from(FORMS.get(one, one + one.lower()))) for one in word]
    form = draw(st.sampled_from(("NFC", "NFD", "NFKC", "NFKD")))
    return word, unicodedata.normalize(form, "".join(letters))


@given(spelt(), AROUND, AROUND, TAILS)
@example(("İPTAL", "iptal"), "", "", "")
@example(("İPTAL", "i\u0307ptal"), "", "", "")
@example(("ÇIKIŞ", "CIKIS"), "  «", "»", "")
def test_a_word_in_any_spelling_alone_or_first_is_a_refusal(
    pair: tuple[str, str], before: str, after: str, tail: str
) -> None:
    word, variant = pair
    found = refusal_in(f"{before}{variant}{after}{tail}")
    assert found is not None
    assert found.text == word


@given(spelt(), st.text("abcçdeəfgğhıiklmnoprsştuvyz", min_size=1, max_size=4))
def test_a_longer_word_is_another_word(pair: tuple[str, str], more: str) -> None:
    _, variant = pair
    longer = variant + more
    known = {fold(word) for word in (*ISSUE, "reddet", "durdur", "durdurun", "stopall", "redd")}
    if fold(longer) not in known:
        assert refusal_in(f"{longer} nedir") is None


@given(spelt(), st.sampled_from(["kargom ne zaman", "bu mağaza", "my order please", "sifarişim"]))
def test_a_word_inside_a_sentence_is_no_refusal(pair: tuple[str, str], before: str) -> None:
    assert refusal_in(f"{before} {pair[1]}") is None


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "durum nedir", "Duruma baxdım", "iptali nasıl olur", "retro mağaza", "stoper",
        "Cancel my order 12 please", "Quit smoking kit", "çıxışda görüşək", "Dayanacaq haradadır?",
        "Siparişi iptal", "evet", "1", "👍", "\u0000\u0000", "🇹🇷", "end of season?", "leqv",
        "dur'um", "x" * 100_000 + " RET", "‮" * 50,
    ],
)  # fmt: skip
def test_what_is_no_refusal(text: str) -> None:
    assert refusal_in(text) is None


@pytest.mark.parametrize("text", [*ISSUE, *NEIGHBOURS, "  Cancel. ", "End!", "ÇIXIŞ", "RET B001"])
def test_what_is_one(text: str) -> None:
    assert refusal_in(text) is not None


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    refusal_in(text)
    assert fold(fold(text)) == fold(text)
