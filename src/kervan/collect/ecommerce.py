"""Knows the e-commerce events: their old names, and where each carries its order and money.

Source: Segment's "Spec: Ecommerce v2", whose properties are none required; so nothing is asked
for here beyond what cannot be read otherwise.
"""

import re
from functools import lru_cache
from typing import Any

from kervan.collect.event import MAX_ID_CHARS, RejectedError
from kervan.kernel import money
from kervan.kernel.errors import KervanError

OLD_NAMES = {
    "Viewed Product Category": "Product List Viewed",
    "Viewed Promotion": "Promotion Viewed",
    "Clicked Promotion": "Promotion Clicked",
    "Clicked Product": "Product Clicked",
    "Viewed Product": "Product Viewed",
    "Added Product": "Product Added",
    "Removed Product": "Product Removed",
    "Started Order": "Checkout Started",
    "Viewed Checkout Step": "Checkout Step Viewed",
    "Completed Checkout Step": "Checkout Step Completed",
    "Entered Payment Info": "Payment Info Entered",
    "Completed Order": "Order Completed",
    "Updated Order": "Order Updated",
    "Refunded Order": "Order Refunded",
    "Cancelled Order": "Order Cancelled",
}
ORDERS = frozenset(
    {"Checkout Started", "Order Completed", "Order Updated", "Order Refunded", "Order Cancelled"}
)
_ITEMS = frozenset(
    {
        "Product Clicked",
        "Product Viewed",
        "Product Added",
        "Product Removed",
        "Product Added to Wishlist",
        "Wishlist Product Added to Cart",
        "Product Removed from Wishlist",
    }
)
NAMES = frozenset(OLD_NAMES.values()) | ORDERS | _ITEMS | {
    "Products Searched", "Product List Filtered", "Cart Viewed", "Coupon Entered",
    "Coupon Applied", "Coupon Denied", "Coupon Removed", "Product Shared", "Cart Shared",
    "Product Reviewed",
}  # fmt: skip
"""Every name of the specification, as it is called today."""
_CURRENCIES = {
    "TL": "TRY",
    "YTL": "TRY",
    "₺": "TRY",
    "₼": "AZN",
    "MAN": "AZN",
    "AZM": "AZN",
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
}
_INT64 = 2**63
_AMOUNT = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([.,])\d{3})*([.,])\d{1,2}|[+-]?\d+,\d{1,2}")
_Scalar = str | int | float | bool | None


_digits = lru_cache(maxsize=256)(money.minor_digits)
_exact = lru_cache(maxsize=16_384)(money.to_minor)  # prices repeat


def modern(name: str) -> str:
    """The present name of an e-commerce event that was sent under its old one."""
    return OLD_NAMES.get(name, name)


def _plain(text: str) -> str:
    text = text.strip().strip("₺₼€$£").strip()
    if _AMOUNT.fullmatch(text):
        return text
    if _GROUPED.fullmatch(text):
        # The last separator is the decimal one: 1.234,50 and 1,234.50 are both meant so.
        whole, point = (
            text.rpartition(",")[::2]
            if text.rfind(",") > text.rfind(".")
            else (text.rpartition(".")[::2])
        )
        return whole.replace(",", "").replace(".", "") + "." + point
    raise RejectedError("collect.bad_money", text[:40])


def _minor(amount: str | float, currency: str) -> int:
    if isinstance(amount, bool):
        raise RejectedError("collect.bad_money", str(amount))
    if isinstance(amount, str):
        amount = _plain(amount)
    minor = to_minor(amount, currency)
    if not -_INT64 <= minor < _INT64:
        raise RejectedError("collect.bad_money", str(amount)[:40])
    return minor


def to_minor(amount: str | float, currency: str) -> int:
    """`amount` in the smallest unit of `currency`, fast for what shops send."""
    if isinstance(amount, int):
        return amount * int(10 ** _digits(currency))
    try:
        return _exact(amount, currency)
    except KervanError:
        raise RejectedError("collect.bad_money", str(amount)[:40]) from None


@lru_cache(maxsize=256)
def _currency(value: _Scalar) -> str:
    if value is None or value == "":
        return ""
    text = value.strip().upper() if isinstance(value, str) else str(value)
    text = _CURRENCIES.get(text, text)
    if len(text) == 3 and text.isascii() and text.isalpha():
        return text
    raise RejectedError("collect.bad_currency", text[:40])


def _quantity(value: _Scalar) -> int:
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1_000_000:
        return int(value) or 1
    return 1


_SCALARS = frozenset({str, int, float, bool, type(None)})


def _scalar(properties: dict[str, Any], key: str) -> _Scalar:
    value: _Scalar = properties.get(key)
    if type(value) in _SCALARS:
        return value
    raise RejectedError("collect.wrong_type", f"{key}: {type(value).__name__}")


def _read(name: str, properties: dict[str, Any]) -> tuple[str, str, int]:
    currency = _currency(_scalar(properties, "currency"))
    order = _scalar(properties, "order_id")
    order_id = "" if order is None else str(order).strip()
    if len(order_id) > MAX_ID_CHARS:
        raise RejectedError("collect.id_too_long", "order_id")
    for key in ("revenue", "total", "value"):
        amount = _scalar(properties, key)
        if amount is not None and amount != "":
            return order_id, currency, _minor(amount, currency)
    if name in _ITEMS:
        amount = _scalar(properties, "price")
        price = 0 if amount is None or amount == "" else _minor(amount, currency)
        return order_id, currency, price * _quantity(_scalar(properties, "quantity"))
    return order_id, currency, 0


def read(name: str, properties: dict[str, Any]) -> tuple[str, str, int]:
    """(order id, currency, amount in minor units) of an event; "" and 0 where it has none.

    The amount is the first of `revenue` (without shipping and tax), `total` and `value`; for an
    event about one product, price times quantity. An order whose money cannot be read is
    refused with RejectedError (it can be mended and sent again); elsewhere money is a detail
    and is left out.
    """
    if name in ORDERS:
        return _read(name, properties)
    if name not in _ITEMS and "currency" not in properties and "order_id" not in properties:
        return "", "", 0
    try:
        return _read(name, properties)
    except RejectedError:
        return "", "", 0
