"""Who looked at a product is called when it costs less or is there again, once for each change."""

from dataclasses import replace

import pytest

from kervan.commerce.catalogue import changes, products
from kervan.commerce.catalogue.products import Product, Trust
from kervan.journeys.entry.catalogue import Catalogue
from kervan.kernel import clock
from tests.unit.journeys.entry.conftest import ZONE, called, publish
from tests.unit.segments.shop import Shop

CUP = Product("cup", "Cup", 10_000, "TRY", "https://shop.example/cup")
PLATE = Product("plate", "Plate", 5_000, "TRY")


def _views(shop: Shop, user: str, *ids: object) -> int:
    shop.happen(
        {"type": "identify", "userId": user, "messageId": f"i-{user}"},
        *(
            {"type": "track", "event": "Product Viewed", "userId": user,
             "messageId": f"v-{user}-{one}", "properties": {"product_id": one}}
            for one in ids
        ),
    )  # fmt: skip
    return shop.person(user)


def _say(shop: Shop, *told: Product, trust: Trust = Trust.API) -> None:
    products.keep(shop.conn, told, trust, clock.now())
    shop.conn.commit()


def _step(shop: Shop, catalogue: Catalogue | None = None) -> None:
    (catalogue or Catalogue(ZONE)).step(shop.conn, shop.house.history, clock.now_ms())


def _cheaper(product: Product, minor: int) -> Product:
    return Product(**{name: getattr(product, name) for name in products.FIELDS}
                   | {"price_minor": minor})  # fmt: skip


def _who(shop: Shop) -> list[int]:
    return [who for who, _ in called(shop)]


def test_who_looked_is_called_when_it_costs_less(shop: Shop) -> None:
    _say(shop, CUP, PLATE)
    one, two = _views(shop, "ayşe", "cup", "plate"), _views(shop, "fatma", "plate")
    _views(shop, "zeynep", "spoon")
    publish(shop, "{catalogue: {change: price_drop, by: 0.2}}", hours_ago=1)
    _say(shop, _cheaper(CUP, 9_000))
    _step(shop)
    shop.conn.commit()
    assert _who(shop) == [], "a tenth is too little"
    _say(shop, _cheaper(CUP, 7_000), _cheaper(PLATE, 4_000))
    _step(shop)
    shop.conn.rollback()  # killed in between
    _step(shop)
    shop.conn.commit()
    assert _who(shop) == sorted([one, two])
    assert changes.waiting(shop.conn, 10) == []
    row = shop.house.history.query(
        "SELECT properties.product_id.:String, toString(properties.price), properties.name.:String"
        " FROM events WHERE name = 'Journey Called' AND who = {who:UInt32}",
        parameters={"who": two},
    ).result_rows
    assert row == [("plate", "40", "Plate")]
    _step(shop)
    assert len(_who(shop)) == 2


def test_who_looked_is_called_when_it_is_there_again(shop: Shop) -> None:
    gone = Product("cup", "Cup", 10_000, "TRY", available=False)
    _say(shop, gone)
    her = _views(shop, "ayşe", "cup")
    publish(shop, "{catalogue: {change: back_in_stock, looked: 7 days}}", hours_ago=1)
    _say(shop, CUP)
    _step(shop)
    shop.conn.commit()
    assert _who(shop) == [her]


def test_each_product_counts_where_the_journey_runs_per_product(shop: Shop) -> None:
    _say(shop, CUP, PLATE)
    her = _views(shop, "ayşe", "cup", "plate")
    publish(shop, "{catalogue: {change: price_drop}}", hours_ago=1, more="  per: product_id\n")
    _say(shop, _cheaper(CUP, 7_000), _cheaper(PLATE, 4_000))
    _step(shop)
    shop.conn.commit()
    assert _who(shop) == [her, her]


@pytest.mark.parametrize("trust", [Trust.BROWSER])
def test_nobody_is_told_of_what_a_browser_says(shop: Shop, trust: Trust) -> None:
    _say(shop, CUP, trust=trust)
    _say(shop, _cheaper(CUP, 1), trust=trust)
    _say(shop, _cheaper(CUP, 5_000), trust=Trust.SERVER)
    assert changes.waiting(shop.conn, 10) == []
    _say(shop, _cheaper(CUP, 4_000), trust=Trust.SERVER)
    found = changes.waiting(shop.conn, 10)
    assert [(one.change, one.before_minor, one.price_minor) for one in found] == [
        ("price_drop", 5_000, 4_000)
    ]
    assert replace(found[0], before_minor=None).share == 0
