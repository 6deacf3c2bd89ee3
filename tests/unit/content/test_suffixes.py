"""Endings as the spelling guides of Turkish and Azerbaijani write them."""

import pytest

from kervan.content.suffixes import CASES, suffixed
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES
from tests.unit.content.mails import text_of


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        # genitive, dative, accusative, locative, ablative, with, plural
        ("Ayşe", "Ayşe'nin Ayşe'ye Ayşe'yi Ayşe'de Ayşe'den Ayşe'yle Ayşe'ler"),
        ("Ali", "Ali'nin Ali'ye Ali'yi Ali'de Ali'den Ali'yle Ali'ler"),
        ("Murat", "Murat'ın Murat'a Murat'ı Murat'ta Murat'tan Murat'la Murat'lar"),
        ("Duygu", "Duygu'nun Duygu'ya Duygu'yu Duygu'da Duygu'dan Duygu'yla Duygu'lar"),
        ("Gül", "Gül'ün Gül'e Gül'ü Gül'de Gül'den Gül'le Gül'ler"),
        ("Işık", "Işık'ın Işık'a Işık'ı Işık'ta Işık'tan Işık'la Işık'lar"),
        ("Ahmet", "Ahmet'in Ahmet'e Ahmet'i Ahmet'te Ahmet'ten Ahmet'le Ahmet'ler"),
        ("Songül", "Songül'ün Songül'e Songül'ü Songül'de Songül'den Songül'le Songül'ler"),
        ("Kemal", "Kemal'in Kemal'e Kemal'i Kemal'de Kemal'den Kemal'le Kemal'ler"),
        ("Ümit", "Ümit'in Ümit'e Ümit'i Ümit'te Ümit'ten Ümit'le Ümit'ler"),
        ("NIL", "NIL'ın NIL'a NIL'ı NIL'da NIL'dan NIL'la NIL'lar"),
        ("PTT", "PTT'nin PTT'ye PTT'yi PTT'de PTT'den PTT'yle PTT'ler"),
        ("Sâmi", "Sâmi'nin Sâmi'ye Sâmi'yi Sâmi'de Sâmi'den Sâmi'yle Sâmi'ler"),
        ("5", "5'in 5'e 5'i 5'te 5'ten 5'le 5'ler"),
        ("2026", "2026'nın 2026'ya 2026'yı 2026'da 2026'dan 2026'yla 2026'lar"),
        ("40", "40'ın 40'a 40'ı 40'ta 40'tan 40'la 40'lar"),
        ("1.500", "1.500'ün 1.500'e 1.500'ü 1.500'de 1.500'den 1.500'le 1.500'ler"),
        ("0", "0'ın 0'a 0'ı 0'da 0'dan 0'la 0'lar"),
    ],
)
def test_turkish(name: str, forms: str) -> None:
    assert " ".join(suffixed(name, case, "tr") for case in CASES) == forms


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Nigar", "Nigarın Nigara Nigarı Nigarda Nigardan Nigarla Nigarlar"),
        ("Əli", "Əlinin Əliyə Əlini Əlidə Əlidən Əli ilə Əlilər"),
        ("Bakı", "Bakının Bakıya Bakını Bakıda Bakıdan Bakı ilə Bakılar"),
        ("Gülnarə", "Gülnarənin Gülnarəyə Gülnarəni Gülnarədə Gülnarədən Gülnarə ilə Gülnarələr"),
        ("Murad", "Muradın Murada Muradı Muradda Muraddan Muradla Muradlar"),
        ("Orxan", "Orxanın Orxana Orxanı Orxanda Orxandan Orxanla Orxanlar"),
        ("Günel", "Günelin Günelə Güneli Güneldə Güneldən Günellə Günellər"),
        ("Yusif", "Yusifin Yusifə Yusifi Yusifdə Yusifdən Yusiflə Yusiflər"),
        ("5", "5-in 5-ə 5-i 5-də 5-dən 5-lə 5-lər"),
        ("6", "6-nın 6-ya 6-nı 6-da 6-dan 6 ilə 6-lar"),
        ("1000", "1000-in 1000-ə 1000-i 1000-də 1000-dən 1000-lə 1000-lər"),
    ],
)
def test_azerbaijani(name: str, forms: str) -> None:
    assert " ".join(suffixed(name, case, "az") for case in CASES) == forms


def test_the_last_word_decides_and_blanks_do_not() -> None:
    assert suffixed(" Ayşe Nur ", "dative", "tr") == "Ayşe Nur'a"
    assert suffixed("Çınar A.Ş.", "dative", "tr") == "Çınar A.Ş.ye"
    assert [suffixed(empty, "dative", "tr") for empty in ("", " ")] == ["", ""]
    assert suffixed("!", "dative", "tr") == "!'ye"
    assert suffixed("Ana", "genitive", "en") == "Ana's"
    assert suffixed("Ana", "dative", "en") == "Ana"


def test_in_a_template() -> None:
    said = "{{ n | suffix('dative') }} {{ n | suffix('dative', 'az') }}"
    assert text_of(said, {"n": "Əli"}, language="tr") == "Əli'ye Əliyə"
    assert text_of("{{ 5 | suffix('ablative') }}", language="tr") == "5'ten"
    with pytest.raises(KervanError) as caught:
        text_of("{{ n | suffix('date') }}", {"n": "x"})
    assert (caught.value.code, caught.value.status) == ("content.case_unknown", 422)
    for locale in LOCALES:
        assert "genitive" in caught.value.say(locale)
