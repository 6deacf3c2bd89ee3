"""Folding changes what an alphabet lacks, nothing else, and never invents what it cannot write."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.kernel.gsm import Fold, Mode, fold, normal
from kervan.kernel.gsm.alphabet import characters

TURKISH = "Çağrı, şu ılık İstanbul akşamı: “ÖĞÜT” – gücün… ₺"
AZERI = "Əziz müştəri, sabah görüşərik, çıxış İçərişəhərdə"


@pytest.mark.parametrize(
    ("how", "wanted"),
    [
        (Fold.NONE, TURKISH),
        (Fold.SIGNS, 'Çağrı, şu ılık İstanbul akşamı: "ÖĞÜT" - gücün... ₺'),
        (Fold.FOREIGN, 'Çağrı, şu ılık İstanbul akşamı: "ÖĞÜT" - gücün... TL'),
        (Fold.GSM, 'Çagri, su ilik Istanbul aksami: "ÖGÜT" - gücün... TL'),
        (Fold.ASCII, 'Cagri, su ilik Istanbul aksami: "OGUT" - gucun... TL'),
    ],
)
def test_turkish(how: Fold, wanted: str) -> None:
    assert fold(TURKISH, how) == wanted
    assert fold(unicodedata.normalize("NFD", TURKISH), how) == wanted


@pytest.mark.parametrize(
    ("how", "wanted"),
    [
        (Fold.SIGNS, AZERI),
        (Fold.FOREIGN, "Eziz müşteri, sabah görüşerik, çıxış İçerişeherde"),
        (Fold.GSM, "Eziz müsteri, sabah görüserik, cixis Icerisehe" + "rde"),
        (Fold.ASCII, "Eziz musteri, sabah goruserik, cixis Iceriseherde"),
    ],
)
def test_azerbaijani(how: Fold, wanted: str) -> None:
    assert fold(AZERI, how) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("kâr, rüzgâr, hâlâ, dinî, Millî, sükûn", "kar, rüzgar, hala, dini, Milli, sükun"),
        ("iyi\u0307 İ I\u0307", "iyi I I"),
        ("2\u00a0\u202f000\u2009₼", "2  000 AZN"),
        ("a\u200bb\u00adc\ufeff", "abc"),
        ("½ ™ ² ﬁ Ａ", "1/2 TM 2 fi A"),
        ("a\r\nb\rc\x00\x1b\x07d", "a\nb\ncd"),
        ("ế ẫ Ǎ", "é a A"),
        ("`a´", "'a'"),
        ("Ωmega Δ ß æ 😀 日本", "Ωmega Δ ß æ 😀 日本"),
    ],
)
def test_others(text: str, wanted: str) -> None:
    assert fold(text) == wanted


def test_what_the_default_alphabet_has_stays() -> None:
    kept = "".join(sorted(characters(Mode.GSM) - {"\r"}))
    assert fold(kept) == kept
    for how in (Fold.SIGNS, Fold.FOREIGN):
        both = "".join(sorted((characters(Mode.SINGLE) | characters(Mode.LOCKING)) - {"\r"}))
        assert fold(both, how) == both


@given(st.text(), st.sampled_from(list(Fold)))
def test_folding_twice_is_folding_once(text: str, how: Fold) -> None:
    once = fold(text, how)
    assert fold(once, how) == once


@given(st.text())
def test_each_step_goes_further(text: str) -> None:
    def lacking(how: Fold) -> int:
        return sum(char not in characters(Mode.GSM) for char in fold(text, how))

    assert lacking(Fold.NONE) >= lacking(Fold.SIGNS) >= lacking(Fold.FOREIGN) >= lacking(Fold.GSM)


@given(st.text(st.characters(max_codepoint=0x24F, exclude_categories=("Cs",))))
def test_latin_letters_with_marks_fall_into_the_alphabet(text: str) -> None:
    marked = [c for c in text if unicodedata.normalize("NFKD", c)[0].isascii() and c.isalpha()]
    assert characters(Mode.GSM).issuperset(fold("".join(marked)))


@given(st.text())
def test_the_normal_form_has_no_controls(text: str) -> None:
    assert {c for c in normal(text) if unicodedata.category(c) == "Cc"} <= set("\n\f\t\v\x85")
