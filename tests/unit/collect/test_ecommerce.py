"""Tests of ecommerce: old names, orders and money as shops really write them."""

import pytest

from kervan.collect import ecommerce
from kervan.collect.event import RejectedError


def read(name: str, **properties: object) -> tuple[str, str, int]:
    return ecommerce.read(name, properties)


def test_old_names_lead_to_known_new_ones() -> None:
    assert ecommerce.modern("Completed Order") == "Order Completed"
    assert ecommerce.modern("Viewed Product Category") == "Product List Viewed"
    assert ecommerce.modern("Something Else") == "Something Else"
    assert not set(ecommerce.OLD_NAMES) & set(ecommerce.OLD_NAMES.values())


@pytest.mark.parametrize(
    ("properties", "order", "currency", "minor"),
    [
        ({"order_id": "A-1", "revenue": 100, "total": 120, "currency": "TRY"}, "A-1", "TRY", 10000),
        ({"order_id": 17, "total": 129.9, "currency": "azn"}, "17", "AZN", 12990),
        ({"order_id": "A", "value": "12.50", "currency": "TL"}, "A", "TRY", 1250),
        ({"order_id": "A", "total": "1.234,50", "currency": "₺"}, "A", "TRY", 123450),
        ({"order_id": "A", "total": "1,234.50", "currency": "EUR"}, "A", "EUR", 123450),
        ({"order_id": "A", "total": "12,5 ₼", "currency": "₼"}, "A", "AZN", 1250),
        ({"order_id": "A", "total": 1500, "currency": "JPY"}, "A", "JPY", 1500),
        ({"order_id": "A", "total": 1.234, "currency": "KWD"}, "A", "KWD", 1234),
        ({"order_id": "A", "total": 0.1 + 0.2, "currency": "TRY"}, "A", "TRY", 30),
        ({"order_id": "A", "total": -5, "currency": "TRY"}, "A", "TRY", -500),
        ({"order_id": "A", "total": 5}, "A", "", 500),
        ({"order_id": None, "total": None}, "", "", 0),
        ({}, "", "", 0),
    ],
)
def test_orders(properties: dict[str, object], order: str, currency: str, minor: int) -> None:
    assert read("Order Completed", **properties) == (order, currency, minor)


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"total": "abc"}, "collect.bad_money"),
        ({"total": "1,234"}, "collect.bad_money"),  # a thousand, or one and a bit: who knows
        ({"total": True}, "collect.bad_money"),
        ({"total": 1e30, "currency": "TRY"}, "collect.bad_money"),
        ({"total": 10**30, "currency": "TRY"}, "collect.bad_money"),
        ({"total": [1]}, "collect.wrong_type"),
        ({"order_id": {"a": 1}}, "collect.wrong_type"),
        ({"total": 1, "currency": "Lira"}, "collect.bad_currency"),
        ({"total": 1, "currency": 949}, "collect.bad_currency"),
        ({"order_id": "x" * 300}, "collect.id_too_long"),
    ],
)
def test_an_order_with_unreadable_money_is_refused(
    properties: dict[str, object], reason: str
) -> None:
    with pytest.raises(RejectedError) as caught:
        read("Order Completed", **properties)
    assert caught.value.reason == reason
    assert read("Cart Viewed", **{"currency": "TRY", **properties})[2] == 0


def test_one_product_is_worth_price_times_quantity() -> None:
    assert read("Product Added", price=12.5, quantity=3, currency="TRY") == ("", "TRY", 3750)
    assert read("Product Added", price=12.5, quantity="2", currency="TRY")[2] == 2500
    assert read("Product Viewed", price=12.5, currency="TRY")[2] == 1250
    assert read("Product Added", price=12.5, quantity=-4, currency="TRY")[2] == 1250
    assert read("Video Played", price=12.5, currency="TRY")[2] == 0
    assert read("Video Played", seconds=5) == ("", "", 0)
