"""Learns of products from the events that pass by, a batch at a time."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import msgspec

from kervan.collect import ecommerce
from kervan.commerce.catalogue import products
from kervan.commerce.catalogue.products import Product, Trust
from kervan.history.event import Events
from kervan.kernel import clock
from kervan.kernel.postgres import Connection

_ITEMS = frozenset({"Product Viewed", "Product Clicked", "Product Added"})
_ORDERS = frozenset({"Order Completed"})
_UNTRUSTED = frozenset({"browser", "kiosk"})
"""Channels whose word anybody can write."""
_KNOWN = 50_000
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Learner:
    """A hook of the worker: keeps products that are new or changed; remembers what it kept."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[Trust, str], Product] = OrderedDict()

    def __call__(self, conn: Connection, events: Events) -> None:
        """Learn from a batch, in its transaction."""
        told: dict[Trust, dict[str, Product]] = {}
        for row, name in enumerate(events.name):
            if name in _ITEMS or name in _ORDERS:
                untrusted = events.channel[row] in _UNTRUSTED
                trust = Trust.BROWSER if untrusted else Trust.SERVER
                for product in _read(name, events.properties[row]):
                    told.setdefault(trust, {})[product.id] = product
        for trust, mine in sorted(told.items()):
            new = [one for one in mine.values() if self._known.get((trust, one.id)) != one]
            products.keep(conn, new, trust, clock.now())
            for one in new:
                self._known[trust, one.id] = one
        while len(self._known) > _KNOWN:
            self._known.popitem(last=False)


def _read(name: str, raw: bytes) -> Iterator[Product]:
    try:
        properties = _decode(raw)
    except msgspec.MsgspecError:
        return
    lines = properties.get("products") if name in _ORDERS else [properties]
    for line in lines if isinstance(lines, list) else []:
        if isinstance(line, dict) and (product := _product(line, properties)) is not None:
            yield product


def _product(line: dict[str, Any], about: dict[str, Any]) -> Product | None:
    money = {"price": line.get("price"), "currency": line.get("currency", about.get("currency"))}
    _, currency, minor = ecommerce.read("Product Viewed", money)
    found = Product(
        id=_text(line, "product_id"),
        name=_text(line, "name"),
        price_minor=minor if currency and minor > 0 else None,
        currency=currency,
        url=_text(line, "url"),
        image=_text(line, "image_url"),
        category=_text(line, "category"),
        brand=_text(line, "brand"),
    )
    return None if products.unfit(found) else found


def _text(line: dict[str, Any], key: str) -> str:
    value = line.get(key)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value.strip() if isinstance(value, str) else str(value) if is_number else ""
