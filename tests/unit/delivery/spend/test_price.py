"""The first price that fits counts, exactly, in the budget's currency."""

from kervan.delivery.spend.definition import Budget, Price, micros
from kervan.delivery.spend.price import Priced, by_part, cost, rates

BUDGET = Budget(
    currency="TRY",
    rates={"USD": "41.10"},
    prices=(
        Price(channel="sms", countries=("TR",), per="part", price="0.085", account="netgsm"),
        Price(channel="sms", countries=("TR",), per="part", price="0.11"),
        Price(channel="sms", per="part", price="0.0525", currency="USD"),
        Price(channel="whatsapp", classes=("marketing",), price="0.0109", currency="USD"),
        Price(channel="email", price="0.0012"),
    ),
)
KNOWN = rates(BUDGET)


def of(channel: str, account: str, country: str, parts: int, kind: str = "marketing") -> int | None:
    """What such a message costs."""
    return cost(KNOWN, Priced(channel, account, country, "spring", "", kind, parts))


def test_a_price_is_by_account_country_and_parts() -> None:
    assert of("sms", "netgsm", "TR", 3) == 255_000
    assert of("sms", "verimor", "TR", 3) == 330_000
    assert of("sms", "netgsm", "AZ", 2) == 2 * round(0.0525 * 41.10 * 1_000_000)
    assert of("email", "ses", "", 1) == 1_200


def test_what_nobody_priced_has_no_price() -> None:
    assert of("whatsapp", "cloud", "TR", 1) == 447_990
    assert of("whatsapp", "cloud", "TR", 1, "transactional") is None
    assert of("push", "fcm", "", 1) is None


def test_only_channels_billed_by_parts_are_counted_in_parts() -> None:
    assert by_part(BUDGET, "sms")
    assert not by_part(BUDGET, "email")


def test_amounts_are_exact() -> None:
    assert micros("0.085") == 85_000
    assert micros("9999999999.999999") == 9_999_999_999_999_999
    assert micros("0.000001", "0.5") == 0
