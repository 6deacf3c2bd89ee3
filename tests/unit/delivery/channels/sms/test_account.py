"""Numbers, times and texts as Turkish providers write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies

from kervan.delivery.channels.channel import Fate, Outcome, Problem
from kervan.delivery.channels.sms import account
from kervan.delivery.channels.sms.account import Account
from kervan.kernel import gsm
from kervan.kernel.http import Unanswered
from tests.unit.delivery.channels.asking import AT

RULES = gsm.Rules(modes=(gsm.Mode.GSM, gsm.Mode.SINGLE))


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("5321112233", "+905321112233"), (5321112233, "+905321112233"),
        ("05321112233", "+905321112233"), ("905321112233", "+905321112233"),
        ("+90 532 111 22 33", "+905321112233"), ("00994501234567", "+994501234567"),
        ("+994501234567", "+994501234567"), ("4609", "+4609"), ("", ""), (None, ""),
    ],
)  # fmt: skip
def test_numbers_in_every_spelling(told: object, number: str) -> None:
    assert account.as_e164(told) == number


@pytest.mark.parametrize(
    ("number", "turkish"),
    [("+905321112233", True), ("+902121112233", False), ("+90532111223", False),
     ("+994501234567", False)],
)  # fmt: skip
def test_which_numbers_are_turkish_mobiles(number: str, turkish: bool) -> None:
    assert account.is_turkish(number) == turkish


@pytest.mark.parametrize(
    "told",
    ["2026-11-22 13:00:00", "2026-11-22T13:00:00.000+03:00", "2026-11-22T10:00:00+00:00",
     "22.11.2026 13:00:00", "22.11.2026 13:00", "22/11/2026 13:00", "22112026130000",
     "221120261300"],
)  # fmt: skip
def test_times_in_every_spelling(told: str) -> None:
    assert account.instant(told, datetime(2000, 1, 1, tzinfo=UTC)) == AT


@given(strategies.one_of(strategies.none(), strategies.text(max_size=30), strategies.integers()))
def test_an_odd_time_is_the_other_one_or_an_instant(told: object) -> None:
    assert account.instant(told, AT).tzinfo is UTC


def test_a_text_as_it_goes_out() -> None:
    count = account.written("Sizə  “ən”", Account(), RULES, 1)
    assert isinstance(count, gsm.Count) and count.text == 'Size  "en"'
    refused = {
        "": "empty", "\n": "empty", "🎁": "unsendable", "x" * 161: "too_long",
    }  # fmt: skip
    for text, code in refused.items():
        told = account.written(text, Account(), RULES, 1)
        assert told == Outcome(Fate.REJECTED, Problem.CONTENT, code)


def test_a_text_as_it_may_be_stored() -> None:
    assert account.plain("a\0b\ud800") == "ab?" and account.plain(None) == ""


@pytest.mark.parametrize("told", [None, "", "x", "NaN", "Infinity", True, [], {}, 10**12, "1e999"])
def test_what_is_no_number_is_no_credit(told: object) -> None:
    with pytest.raises(Unanswered):
        account.as_credit(told, "TRY")


def test_what_is_left_is_kept_exactly() -> None:
    assert account.as_credit("12.3400", "USD") == ("12.3400", "USD")
    assert account.as_credit(-2.5, "TRY").amount == "-2.5"
