"""A product that only an erased person told of goes with her; what others or the API told stays."""

from clickhouse_connect.driver.client import Client

from kervan.commerce.catalogue import forget, products
from kervan.commerce.catalogue.learn import Learner
from kervan.commerce.catalogue.products import Product, Trust
from kervan.history.event import to_block
from kervan.kernel.postgres import Connection
from tests.unit.commerce.catalogue.shelf import events, item, order
from tests.unit.commerce.coupons.filling import AT


def test_what_only_she_told_of_goes(postgres: Connection, clickhouse: Client) -> None:
    told = events(
        ("Product Viewed", 1, item(1)), ("Product Added", 2, item(1)),
        ("Product Viewed", 1, item(2)), ("Order Completed", 1, order(3, 4)),
        ("Product Viewed", 2, item(4)), ("Product Viewed", 1, item(5)),
    )  # fmt: skip
    Learner()(postgres, told)
    products.keep(postgres, [Product(id="p5", name="From the shop")], Trust.API, AT)
    clickhouse.raw_insert("events_in", insert_block=to_block(told, 1), fmt="ArrowStream")
    assert forget.forget(postgres, clickhouse, [1]) == 2
    left = postgres.execute("select id from product order by id").fetchall()
    assert [one for (one,) in left] == ["p1", "p4", "p5"]
    assert forget.forget(postgres, clickhouse, [9]) == 0
