"""Keeps what is known of products, by whoever may be believed most."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

import msgspec

from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "products.sql")
MOST_AT_ONCE = 5_000
_MOST_CHARS = {"id": 200, "name": 300, "url": 2_000, "image": 2_000, "category": 200, "brand": 200}
_MOST_MINOR = 10**15


class Trust(IntEnum):
    """Whose word a product's facts are."""

    BROWSER = 0
    SERVER = 1
    API = 2


class Product(msgspec.Struct, frozen=True, omit_defaults=True):
    """One product; `price_minor` is in the smallest unit of `currency`, None where nobody said."""

    id: str
    name: str
    price_minor: int | None = None
    currency: str = ""
    url: str = ""
    image: str = ""
    category: str = ""
    brand: str = ""
    available: bool = True


FIELDS = Product.__struct_fields__
"""What a template may ask of a product."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that was not taken: its place from 1, and the field that does not fit."""

    line: int
    id: str
    field: str


def unfit(product: Product) -> str:
    """The field of `product` that cannot be kept, "" for a sound one."""
    for field, most in _MOST_CHARS.items():
        value = getattr(product, field)
        if len(value) > most or not value.isprintable():
            return field
    if not product.id.strip():
        return "id"
    if not product.name.strip():
        return "name"
    for field in ("url", "image"):
        if (value := getattr(product, field)) and not value.startswith(("https://", "http://")):
            return field
    code = product.currency
    if code and not (len(code) == 3 and code.isascii() and code.isupper()):
        return "currency"
    if product.price_minor is not None and not 0 <= product.price_minor <= _MOST_MINOR:
        return "price_minor"
    return ""


def put(conn: Connection, told: Sequence[Product], at: datetime) -> tuple[int, list[Refused]]:
    """Keep what the shop says of its products; gives how many changed, and what was refused.

    Each is judged alone; the last one of an id counts. Raises commerce.products_too_many (422).
    """
    if len(told) > MOST_AT_ONCE:
        raise KervanError("commerce.products_too_many", status=422, limit=MOST_AT_ONCE)
    refused, sound = [], []
    for line, one in enumerate(told, 1):
        field = unfit(one)
        if field:
            refused.append(Refused(line, one.id[:80], field))
        else:
            sound.append(one)
    return keep(conn, sound, Trust.API, at), refused


def keep(conn: Connection, told: Iterable[Product], trust: Trust, at: datetime) -> int:
    """Keep sound products unless somebody who is believed more spoke; gives how many changed."""
    # In the order of their ids, so that two who keep the same never wait for each other.
    rows = [one for _, one in sorted({one.id: one for one in told}.items())]
    if not rows:
        return 0
    columns: dict[str, object] = {name: [getattr(one, name) for one in rows] for name in FIELDS}
    return conn.execute(_SQL.keep, {**columns, "trust": int(trust), "at": at}).rowcount


def get(conn: Connection, ids: Collection[str]) -> dict[str, Product]:
    """Those of `ids` that are known."""
    rows = conn.execute(_SQL.get, {"ids": [*ids]}).fetchall() if ids else []
    return {row[0]: Product(*row) for row in rows}


def page(conn: Connection, after: str, limit: int) -> list[Product]:
    """The next products behind the id `after`, by id."""
    rows = conn.execute(_SQL.page, {"after": after, "limit": limit}).fetchall()
    return [Product(*row) for row in rows]
