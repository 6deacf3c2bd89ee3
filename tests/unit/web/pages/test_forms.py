"""Numbers, money, shares and times in the forms of each language."""

from datetime import UTC, datetime

import pytest

from kervan.kernel import clock
from kervan.web.pages.forms import Forms

_AT = clock.to_ms(datetime(2026, 11, 21, 20, 5, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    ("locale", "number", "share", "money", "day", "ago"),
    [
        ("tr", "1.234.567,8", "%45,7", "₺12.345,50", "21 Kas 2026", "1 dakika önce"),
        ("az", "1.234.567,8", "45,7%", "12.345,50 ₼", "21 noy 2026", "1 dəqiqə öncə"),
        ("en", "1,234,567.8", "45.7%", "£12,345.50", "Nov 21, 2026", "1 minute ago"),
    ],
)
def test_forms(locale: str, number: str, share: str, money: str, day: str, ago: str) -> None:
    forms = Forms(locale, "Europe/Istanbul")
    currency = {"tr": "TRY", "az": "AZN", "en": "GBP"}[locale]
    assert forms.number(1234567.84, 1) == number
    assert forms.number(12) == "12"
    assert forms.share(457, 1000) == share
    assert forms.share(1, 0) == "–"
    assert forms.money(1_234_550, currency).replace("\xa0", " ") == money
    assert forms.day(_AT) == day
    assert forms.time(_AT) == "23:05:09"
    assert forms.ago(_AT - 75_000, _AT) == ago


def test_what_just_happened_or_a_clock_that_runs_ahead_is_now() -> None:
    assert Forms("en", "UTC").ago(_AT + 5_000, _AT) == "now"
    assert Forms("az", "UTC").ago(_AT, _AT) == "indi"
