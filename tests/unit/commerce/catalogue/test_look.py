"""Products for people: looked at, in the basket, best sellers of her category, bought together."""

from datetime import timedelta

from clickhouse_connect.driver.client import Client

from kervan.commerce.catalogue import look, products, rank
from kervan.commerce.catalogue.learn import Learner
from kervan.history.event import to_block
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.commerce.catalogue.shelf import events, item, order
from tests.unit.commerce.coupons.filling import AT


def _fill(conn: Connection, client: Client) -> None:
    told = events(
        ("Product Viewed", 1, item(1)), ("Product Viewed", 1, item(2)),
        ("Product Viewed", 1, item(1)), ("Product Added", 1, item(3, quantity=2)),
        ("Product Removed", 1, item(3)), ("Product Added", 1, item(4)),
        ("Product Removed", 1, item(4)),
        ("Product Added", 2, item(5)), ("Order Completed", 2, order(5, 6)),
        ("Product Added", 2, item(7, category="hats")),
        ("Order Completed", 3, order(1, 6, 8)), ("Order Completed", 4, order(1, 6)),
        ("Order Completed", 5, order(3, 8)), ("Order Completed", 6, order(9)),
        first_ms=clock.to_ms(AT - timedelta(days=1)),
    )  # fmt: skip
    Learner()(conn, told)
    conn.execute(
        "insert into profile (person, id, key, traits, created_at) overriding system value"
        " select g, gen_random_uuid(), '', '{}', now() from generate_series(1, 6) g"
    )
    conn.execute("update profile set merged_into = 1 where person = 3")
    client.raw_insert("events_in", insert_block=to_block(told, 1), fmt="ArrowStream")


def _ids(found: look.Found, person: int, kind: str) -> list[str]:
    return [one.id for one in found[person][kind]]


def test_a_batch_of_people(postgres: Connection, clickhouse: Client) -> None:
    _fill(postgres, clickhouse)
    rank.step(postgres, clickhouse, clock.to_ms(AT))
    found = look.look(postgres, clickhouse, [1, 2, 99], look.KINDS, AT)
    assert _ids(found, 1, "viewed") == ["p1", "p2"]
    # An order empties a basket: of her other self here, which ordered later.
    assert _ids(found, 1, "basket") == [] and _ids(found, 2, "basket") == ["p7"]
    assert _ids(found, 1, "bestsellers") == ["p6", "p1", "p8", "p3", "p5", "p9"]
    assert _ids(found, 2, "bestsellers") == ["p6", "p1", "p8", "p3", "p5", "p9"]  # no hats sold
    assert found[99] == {"viewed": [], "basket": [], "bestsellers": found[99]["bestsellers"],
                         "recommended": []}  # fmt: skip
    # p1 and p6 met in two orders, but she bought both.
    assert _ids(found, 1, "recommended") == []
    postgres.execute("update profile set merged_into = null where person = 3")
    found = look.look(postgres, clickhouse, [1], look.KINDS, AT)
    assert _ids(found, 1, "basket") == ["p3"] and _ids(found, 1, "recommended") == ["p6"]
    coat = products.get(postgres, ["p6"])["p6"]
    assert found[1]["recommended"] == [coat]
    postgres.execute("update product set available = false where id = 'p6'")
    found = look.look(postgres, clickhouse, [1], look.KINDS, AT)
    assert found[1]["recommended"] == [] and "p6" not in _ids(found, 1, "bestsellers")


def test_without_history_nothing_is_known_of_people(postgres: Connection) -> None:
    found = look.look(postgres, None, [1], look.KINDS, AT)
    assert found == {1: {"viewed": [], "basket": [], "bestsellers": [], "recommended": []}}
