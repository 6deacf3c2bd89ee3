"""What sentences are made of has the right suffix, and is never the same for different things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.kernel.i18n import LOCALES
from kervan.segments.describe import write
from kervan.segments.describe.events import KNOWN

numbers = st.integers(-(10**15), 10**15) | st.floats(-1e15, 1e15)


@pytest.mark.parametrize(
    ("number", "tr", "az"),
    [
        (0, "0’dan", "0-dan"),
        (1, "1’den", "1-dən"),
        (3, "3’ten", "3-dən"),
        (4, "4’ten", "4-dən"),
        (6, "6’dan", "6-dan"),
        (9, "9’dan", "9-dan"),
        (-5, "-5’ten", "-5-dən"),
        (10, "10’dan", "10-dan"),
        (20, "20’den", "20-dən"),
        (30, "30’dan", "30-dan"),
        (40, "40’tan", "40-dan"),
        (60, "60’tan", "60-dan"),
        (70, "70’ten", "70-dən"),
        (90, "90’dan", "90-dan"),
        (100, "100’den", "100-dən"),
        (1_000, "1.000’den", "1.000-dən"),
        (20_000, "20.000’den", "20.000-dən"),
        (3_000_000, "3.000.000’dan", "3.000.000-dan"),
        (5_000_000_000, "5.000.000.000’dan", "5.000.000.000-dan"),
        (2.5, "2,5’ten", "2,5-dən"),
        (0.30, "0,3’ten", "0,3-dən"),
        (12.06, "12,06’dan", "12,06-dan"),
        (0.000002, "0,000002’den", "0,000002-dən"),
        (10.0, "10’dan", "10-dan"),
    ],
)
def test_the_suffix_of_a_number_follows_its_name(number: float, tr: str, az: str) -> None:
    assert write.beyond(number, "tr") == tr
    assert write.beyond(number, "az") == az
    assert "’" not in write.beyond(number, "en")


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (1234.5, "TRY", {"tr": "₺1.234,50", "en": "1,234.50 TRY", "az": "1.234,50 TRY"}),
        (100, "USD", {"tr": "$100,00", "en": "$100.00", "az": "100,00 US$"}),
        (50, "AZN", {"tr": "50,00 AZN", "en": "50.00 AZN", "az": "50,00 ₼"}),
        (10.555, "EUR", {"tr": "€10,555", "en": "€10.555", "az": "10,555 €"}),
        (1500, "JPY", {"tr": "1.500 JPY", "en": "1,500 JPY", "az": "1.500 JPY"}),
        (1.5, "KWD", {"tr": "1,500 KWD", "en": "1.500 KWD", "az": "1,500 KWD"}),
        (1, "tl", {"tr": "1,00 “tl”", "en": "1.00 “tl”", "az": "1,00 “tl”"}),
    ],
)
def test_money_is_written_as_people_write_it(
    amount: float, currency: str, said: dict[str, str]
) -> None:
    assert {locale: write.amount(amount, currency, locale) for locale in LOCALES} == said


@pytest.mark.parametrize("locale", LOCALES)
@given(one=numbers, other=numbers)
def test_different_numbers_are_written_differently(locale: str, one: float, other: float) -> None:
    for written in (
        lambda number: write.figure(number, locale),
        lambda number: write.beyond(number, locale),
        lambda number: write.amount(number, "TRY", locale),
        lambda number: write.amount(number, "JPY", locale),
    ):
        assert (written(one) == written(other)) == (one == other)


def read(quoted: str) -> str:
    """The text in quotes, read back."""
    text, inside = "", quoted[1:-1]
    while inside:
        if inside.startswith("\\u{"):
            code, _, inside = inside[3:].partition("}")
            text += chr(int(code, 16))
        elif inside[0] == "\\":
            text, inside = text + inside[1], inside[2:]
        else:
            text, inside = text + inside[0], inside[1:]
    return text


@given(st.text() | st.text("“”\\u{}a\n"))
def test_what_is_quoted_can_be_read_back(text: str) -> None:
    quoted = write.quote(text)
    assert quoted.isprintable()
    assert read(quoted) == text


def test_dates_are_said_and_odd_ones_shown_as_written() -> None:
    assert write.moment("2026-11-22", "tr") == ("22 Kasım 2026", True)
    assert write.moment("2026-11-22", "az") == ("22 noyabr 2026", True)
    assert write.moment("2026-11-22T10:00:00Z", "en") == ("22 November 2026 10:00:00 UTC", False)
    assert write.moment("2026-11-22T13:00:00+03:00", "en")[0] == "“2026-11-22T13:00:00+03:00”"
    assert write.moment("tomorrow", "en")[0] == "“tomorrow”"
    assert write.moment(None, "en")[0] == "–"


def test_facts_are_filled_in_once_and_leave_no_gaps() -> None:
    said = write.say("did", "en", did="{times}", where="", times="a  b", when="", clock="", once="")
    assert said == "who {times} a  b"


@pytest.mark.parametrize("locale", ["tr", "az"])
def test_what_is_done_can_be_not_done(locale: str) -> None:
    words = ["did_other", *("did_" + name.lower().replace(" ", "_") for name in KNOWN)]
    words += [f"message_{what}" for what in ("sent", "delivered", "opened", "clicked", "ignored")]
    facts = dict.fromkeys(("journey", "when", "never", "times"), "")
    facts |= {"event": "“X”", "message": "M"}
    for word in words:
        did = write.say(word, locale, **facts)
        assert did != f"segments.say_{word}"
        assert write.negated(did, locale) != did
    done = {"tr": "sipariş vermemiş", "az": "sifariş verməmiş"}
    ordered = write.say("did_order_completed", locale)
    assert write.negated(ordered, locale) == done[locale]
    assert write.negated("baxmış", "az") == "baxmamış"
    assert write.negated("görmüş", "tr") == "görmemiş"


def test_a_sentence_begins_large() -> None:
    assert write.raised("ilk", "tr") == "İlk"
    assert write.raised("istənilən", "az") == "İstənilən"
    assert write.raised("in", "en") == "In"
    assert write.raised("“i”", "tr") == "“i”"
    assert write.raised("", "tr") == ""
