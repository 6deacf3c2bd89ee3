"""Learns of products from the events that pass by, a batch at a time."""

from collections import OrderedDict
from collections.abc import Iterator
from functools import lru_cache
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
_ANEW_SECONDS = 3_600.0
_Scalar = str | int | float | None


class _Line(msgspec.Struct, frozen=True, gc=False):
    product_id: _Scalar = None
    name: _Scalar = None
    price: _Scalar = None
    currency: _Scalar = None
    url: _Scalar = None
    image_url: _Scalar = None
    category: _Scalar = None
    brand: _Scalar = None


class _Told(_Line, frozen=True, gc=False):
    products: tuple[_Line, ...] = ()

    def line(self) -> _Line:
        return _Line(
            self.product_id, self.name, self.price, self.currency, self.url, self.image_url,
            self.category, self.brand,
        )  # fmt: skip


_decode = msgspec.json.Decoder(_Told).decode


class Learner:
    """A hook of the worker: keeps products that are new or changed; remembers what it kept."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[Trust, str], Product] = OrderedDict()
        self._sources: set[int] = set()
        self._anew_at = 0.0

    def __call__(self, conn: Connection, events: Events) -> None:
        """Learn from a batch, in its transaction."""
        telling = set(events.source.tolist())
        if clock.monotonic() >= self._anew_at or not telling <= self._sources:
            # What was forgotten with a person, or a source, may be told by others.
            self._known.clear()
            self._anew_at = clock.monotonic() + _ANEW_SECONDS
            self._sources |= telling
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
    told: _Told | None
    try:
        told = _decode(raw)
    except msgspec.MsgspecError:
        told = _mended(raw)
    if told is None:
        return
    for line in told.products if name in _ORDERS else (told.line(),):
        if (product := _product(line, told.currency)) is not None:
            yield product


def _mended(raw: bytes) -> _Told | None:
    """What can be understood of properties of other types than the specification's."""
    try:
        plain = msgspec.json.decode(raw)
    except msgspec.MsgspecError:
        return None
    if not isinstance(plain, dict):
        return None
    lines = plain.pop("products", None)
    found = msgspec.convert(_scalars(plain), _Told)
    whole = lines if isinstance(lines, list) else []
    sound = [_scalars(one) for one in whole if isinstance(one, dict)]
    return msgspec.structs.replace(found, products=msgspec.convert(sound, tuple[_Line, ...]))


def _scalars(line: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in line.items() if type(one) in (str, int, float)}


@lru_cache(maxsize=_KNOWN)
def _product(line: _Line, currency: _Scalar) -> Product | None:
    """The product of a line, kept: the same ones come by all day."""
    money = {"price": line.price, "currency": line.currency or currency}
    _, code, minor = ecommerce.read("Product Viewed", money)
    found = Product(
        id=_text(line.product_id),
        name=_text(line.name),
        price_minor=minor if code and minor > 0 else None,
        currency=code,
        url=_text(line.url),
        image=_text(line.image_url),
        category=_text(line.category),
        brand=_text(line.brand),
    )
    return None if products.unfit(found) else found


def _text(value: _Scalar) -> str:
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)
