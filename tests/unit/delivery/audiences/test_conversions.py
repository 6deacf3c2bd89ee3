"""Orders are told to a platform once each, in time, and only of buyers who agreed to it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from clickhouse_connect.driver.client import Client

from kervan.delivery.audiences import conversions
from kervan.delivery.audiences.conversions import NewFeed
from kervan.kernel import clock, ids
from kervan.kernel.postgres import Connection
from tests.simulators.google_ads.server import Google
from tests.simulators.meta_ads.server import TOKEN, Meta
from tests.unit.delivery.audiences.ground import Ground
from tests.unit.delivery.world import VAULT


@pytest.fixture
def meta() -> Iterator[Meta]:
    made = Meta()
    with made:
        yield made


@pytest.fixture
def ground(postgres: Connection, clickhouse: Client) -> Iterator[Ground]:
    made = Ground(postgres, clickhouse)
    yield made
    made.ads.close()


def order(ground: Ground, person: int, number: str, minutes: float = 1) -> None:
    """An order of 120.50 lira."""
    ground.conn.execute(
        "insert into purchase values (%s, %s, %s, %s, 12050, 'TRY', 0, 1)",
        (ids.uuid7(), number, person, clock.now() - timedelta(minutes=minutes)),
    )
    ground.conn.commit()


def test_orders_are_told_once_and_only_of_those_who_agreed(ground: Ground, meta: Meta) -> None:
    shop = ground
    shop.account("meta_ads", access_token=TOKEN, url=meta.url)
    new = NewFeed("orders", "ads", "77", transfer=shop.transfer)
    conversions.put(shop.conn, VAULT, new, "me", clock.now() - timedelta(days=9))
    a, b = shop.people("a@ev.example", "b@ev.example")
    [c] = shop.people("c@ev.example", agree=False)
    order(shop, a, "o-1")
    order(shop, b, "o-2", minutes=8 * 24 * 60)  # it would fail all of them
    order(shop, c, "o-3")
    meta.fail("500-after", method="POST")
    shop.settle()
    shop.ahead += timedelta(minutes=5)
    shop.settle()
    assert set(meta.datasets["77"]) == {("Purchase", "o-1")}
    found = conversions.one(shop.conn, "orders")
    assert (found.told, found.left_out, found.problem) == (1, 0, "")
    told = [call for call in meta.calls if call.target.endswith("/events")]
    assert len(told) == 2, "the lost answer's call was made again"
    assert b'"value":120.50' in told[0].body
    shop.settle()
    assert len([call for call in meta.calls if call.target.endswith("/events")]) == 2
    shop.word("granted", c)
    order(shop, a, "o-4")
    shop.word("withdrawn", a)
    shop.settle()
    assert set(meta.datasets["77"]) == {("Purchase", "o-1"), ("Purchase", "o-3")}


def test_google_counts_an_order_once_though_it_is_told_again(ground: Ground) -> None:
    google = Google()
    with google:
        ground.account(
            "google_ads", service_account=google.account(), account="1234567890",
            terms_accepted=True, url=google.url,
        )  # fmt: skip
        google.actions["900"].add("o-1")
        new = NewFeed("orders", "ads", "900", transfer=ground.transfer)
        conversions.put(ground.conn, VAULT, new, "me", clock.now() - timedelta(days=1))
        [a] = ground.people("a@ev.example")
        order(ground, a, "o-1")
        ground.settle()
        ground.ahead += timedelta(minutes=2)
        ground.settle()
        found = conversions.one(ground.conn, "orders")
        assert (found.told, found.problem) == (1, "")
