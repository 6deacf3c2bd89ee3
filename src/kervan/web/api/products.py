"""Products as the shop itself tells of them, for look-ups in messages."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from kervan.commerce.catalogue import products
from kervan.commerce.catalogue.products import Product
from kervan.kernel import clock, i18n
from kervan.web import audit
from kervan.web.api import body
from kervan.web.api.accept import Plain
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/products", tags=["products"])


class Told(BaseModel):
    """One product; `price_minor` is in the smallest unit of `currency`."""

    id: str = Field(max_length=200)
    name: str = Field(max_length=300)
    price_minor: int | None = None
    currency: str = ""
    url: str = ""
    image: str = ""
    category: str = ""
    brand: str = ""
    available: bool = True


class Batch(BaseModel):
    """Products, at most 5,000 at once."""

    products: list[Told]


class _Batch(msgspec.Struct, forbid_unknown_fields=True):
    products: list[Product]


class Refused(BaseModel):
    """A product that was not taken: its place from 1, and the field that does not fit."""

    line: int
    id: str
    field: str
    message: str


class Put(BaseModel):
    """What came of a batch: how many products are new or changed, and what was refused."""

    changed: int
    refused: list[Refused]


@router.put("", dependencies=[right("products.manage")], openapi_extra=body.described(Batch))
def put(request: Request, raw: body.Raw) -> Put:
    """Tell of products; each is judged alone, and twice is once. What events say of one that the
    shop told of no longer counts.

    Raises commerce.products_too_many (422).
    """
    told, locale = body.read(raw, _Batch).products, locale_of(request)
    with house(request).connection() as conn:
        changed, refused = products.put(conn, told, clock.now())
        if changed:
            audit.record(conn, request, "products.changed", count=changed)
        else:
            audit.changed_nothing(request)
    return Put(
        changed=changed,
        refused=[
            Refused(
                line=one.line,
                id=one.id,
                field=one.field,
                message=i18n.say("commerce.product_unfit", locale, field=one.field),
            )
            for one in refused
        ],
    )


@router.get("", dependencies=[right("journeys.read")])
def page(
    request: Request,
    after: Annotated[Plain, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> list[Told]:
    """Products that are known, by id, going on behind `after`."""
    with house(request).connection() as conn:
        found: list[dict[str, Any]] = [
            {name: getattr(one, name) for name in products.FIELDS}
            for one in products.page(conn, after, limit)
        ]
    return [Told(**one) for one in found]
