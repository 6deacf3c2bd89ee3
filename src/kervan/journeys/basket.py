"""Follows a basket through its events, so that a message can show what lies in it."""

from collections.abc import Mapping
from typing import Any

NAMES = frozenset(
    {"Product Added", "Product Removed", "Cart Viewed", "Checkout Started", "Order Completed"}
)
_WHOLE = ("Cart Viewed", "Checkout Started")
LIMIT_LINES = 50
Basket = dict[str, Any]
_ID = ("sku", "product_id", "variant", "name")


def empty() -> Basket:
    """A basket with nothing in it."""
    return {"lines": [], "currency": "", "url": ""}


def reduce(basket: Basket, name: str, properties: Mapping[str, Any]) -> Basket:
    """The basket after one more event; pure, and harmless for properties of any shape.

    A line is {id, name, price, quantity, url, image, total}: prices are numbers in the basket's
    currency as the shop sent them, for showing only.
    """
    if name == "Order Completed":
        return empty()
    lines: list[dict[str, Any]] = list(basket["lines"])
    if name in _WHOLE:
        seen = properties.get("products")
        if isinstance(seen, list):
            lines = [_line(one) for one in seen if isinstance(one, Mapping)]
    elif name in ("Product Added", "Product Removed"):
        one = _line(properties)
        at = next((i for i, line in enumerate(lines) if line["id"] == one["id"]), None)
        sign = 1 if name == "Product Added" else -1
        before = lines[at]["quantity"] if at is not None else 0
        # A removal that names no quantity takes the whole line away.
        gone = sign < 0 and "quantity" not in properties
        quantity = 0 if gone else before + sign * one["quantity"]
        if at is not None:
            base = {**lines[at], **{k: v for k, v in one.items() if v not in ("", None)}}
            lines[at] = _counted(base, quantity)
        elif quantity > 0:
            lines.append(_counted(one, quantity))
    lines = [line for line in lines if line["quantity"] > 0][:LIMIT_LINES]
    return {
        "lines": lines,
        "currency": _text(properties, "currency") or basket["currency"],
        "url": _text(properties, "cart_url", "checkout_url") or basket["url"],
    }


def _line(properties: Mapping[str, Any]) -> dict[str, Any]:
    quantity = properties.get("quantity", 1)
    line = {
        "id": _text(properties, *_ID),
        "name": _text(properties, "name", "title", "product_name"),
        "price": _price(properties.get("price")),
        "url": _link(_text(properties, "url", "product_url")),
        "image": _link(_text(properties, "image_url", "image")),
    }
    usable = type(quantity) in (int, float) and 0 < quantity < 1_000_000
    return _counted(line, quantity if usable else 1)


def _counted(line: dict[str, Any], quantity: float) -> dict[str, Any]:
    price = line["price"]
    total = None if price is None else round(price * quantity, 4)
    return {**line, "quantity": quantity, "total": total}


def _price(value: Any) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    usable = type(value) in (int, float) and 0 <= value < 1e12
    return value if usable else None


def _link(text: str) -> str:
    return text if text.startswith(("https://", "http://")) else ""


def _text(properties: Mapping[str, Any], *names: str) -> str:
    for name in names:
        value = properties.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)[:2_000]
    return ""
