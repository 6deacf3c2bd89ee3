"""Of a product counts the word of whoever may be believed most."""

import msgspec
import pytest

from kervan.commerce.catalogue import products
from kervan.commerce.catalogue.learn import Learner
from kervan.commerce.catalogue.products import Product
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.commerce.catalogue.shelf import events, item, order
from tests.unit.commerce.coupons.filling import AT


def test_the_shop_tells_of_its_products(postgres: Connection) -> None:
    coat = Product("p1", "Coat", 4_990, "TRY", "https://shop.example/p1")
    bad = [
        Product("", "x"), Product("p2", " "), Product("p3", "x", url="javascript:alert(1)"),
        Product("p4", "x", currency="try"), Product("p5", "x", -1), Product("p6", "a\x00b"),
    ]  # fmt: skip
    changed, refused = products.put(postgres, [coat, *bad, coat], AT)
    assert changed == 1 and [(one.line, one.field) for one in refused] == [
        (2, "id"), (3, "name"), (4, "url"), (5, "currency"), (6, "price_minor"), (7, "name"),
    ]  # fmt: skip
    assert products.put(postgres, [coat], AT) == (0, [])
    assert products.get(postgres, ["p1", "p9"]) == {"p1": coat}
    products.put(postgres, [Product(f"q{place}", "x") for place in range(3)], AT)
    assert [one.id for one in products.page(postgres, "p1", 2)] == ["q0", "q1"]
    with pytest.raises(KervanError, match="5000"):
        products.put(postgres, [coat] * 5_001, AT)


def test_events_tell_of_products(postgres: Connection) -> None:
    learn = Learner()
    five = {"product_id": 5, "name": "Five", "price": "1.250,90", "currency": "TL"}
    told = events(
        ("Product Viewed", 1, item(1)), ("Order Completed", 1, order(2, 3)), ("Wish", 1, item(4)),
        ("Product Added", 1, five),
        ("Product Viewed", 1, {"product_id": "p6"}), ("Product Viewed", 1, {"product_id": ["x"]}),
        ("Order Completed", 1, {"products": "none"}), ("Order Completed", 1, {"products": [1, {}]}),
        ("Product Viewed", 1, {**item(7), "category": ["a", "b"], "price": True, "products": None}),
    )  # fmt: skip
    for _ in range(2):
        learn(postgres, told)
    found = products.get(postgres, ["p1", "p2", "p3", "p4", "5", "p6", "p7"])
    assert sorted(found) == ["5", "p1", "p2", "p3", "p7"]
    assert (found["p7"].category, found["p7"].price_minor) == ("", None)
    assert (found["5"].price_minor, found["5"].currency) == (125_090, "TRY")
    assert found["p1"] == Product(
        "p1", "Product 1", 1_100, "TRY", "https://shop.example/p1", "https://cdn.example/p1.jpg",
        "coats",
    )  # fmt: skip


def test_a_browser_cannot_rewrite_what_a_server_said(postgres: Connection) -> None:
    evil = ("Product Viewed", 1, item(1, url="https://evil.example/", name="Free"))
    learn = Learner()
    learn(postgres, events(evil, channel="browser"))
    assert products.get(postgres, ["p1"])["p1"].name == "Free"
    learn(postgres, events(("Product Viewed", 1, item(1, brand=""))))
    honest = products.get(postgres, ["p1"])["p1"]
    assert honest.name == "Product 1"
    Learner()(postgres, events(evil, channel="browser"))
    assert products.get(postgres, ["p1"])["p1"] == honest
    mine = msgspec.structs.replace(honest, name="Coat", url="")
    products.put(postgres, [mine], AT)
    Learner()(postgres, events(("Product Viewed", 1, item(1))))
    assert products.get(postgres, ["p1"])["p1"] == mine
