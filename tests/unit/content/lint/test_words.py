"""A word is found with the endings of its language, and no other word in its place."""

import pytest

from kervan.content.lint.words import find


def _hits(text: str, word: str, language: str) -> list[str]:
    return [one.written for one in find(text, [word], language)]


@pytest.mark.parametrize(
    ("language", "word", "forms"),
    [
        ("tr", "ucuz", "ucuz Ucuza UCUZDUR ucuzları ucuzluk ucuz'dan"),
        ("tr", "fırsat", "FIRSAT fırsatlar fırsatınız fırsatlarımızdan Fırsatı"),
        ("tr", "indirim", "İNDİRİM İndirime indirimlerde"),
        ("tr", "kitap", "kitabı kitaplar kitabınızı"),
        ("tr", "renk", "rengi renkler rengin"),
        ("az", "ucuz", "ucuz UCUZDUR ucuzluq ucuzu"),
        ("az", "müştəri", "Müştərilər müştəriyə MÜŞTƏRİDƏN müştərimiz"),
        ("az", "qonaq", "qonağı qonaqlar"),
        ("en", "deal", "deal Deals DEAL"),
    ],
)
def test_with_endings(language: str, word: str, forms: str) -> None:
    assert _hits(forms, word, language) == forms.split()


@pytest.mark.parametrize(
    ("language", "word", "text"),
    [
        ("tr", "ucuz", "ucube uçuz oucuz"),
        ("tr", "hata", "hatasız"),
        ("tr", "al", "ala alın almak"),
        ("tr", "fırsat", "firsat çok şık"),
        ("en", "free", "freedom freezer"),
    ],
)
def test_other_words(language: str, word: str, text: str) -> None:
    assert _hits(text, word, language) == []


def test_a_text_without_letters_of_its_own() -> None:
    assert _hits("Son FIRSAT, firsatlar", "fırsat", "tr") == ["FIRSAT", "firsatlar"]


def test_phrases_and_places() -> None:
    text = "Bugün hemen  tıklayın ya da %100 garanti"
    found = [*find(text, ["hemen tıklayın", "% 100 garanti"], "tr")]
    assert [(one.written, one.start) for one in found] == [
        ("hemen  tıklayın", 6), ("%100 garanti", 28),
    ]  # fmt: skip
