"""Products are looked up for a batch, without those that a message could not show."""

from collections.abc import Iterator
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from kervan.commerce.catalogue import history, products
from kervan.commerce.catalogue.products import Product
from kervan.content import samples, showcase
from kervan.content.showcase import Asking
from kervan.content.texts.compile import TextSource
from kervan.history.event import to_block
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.conftest import Urls
from tests.unit.commerce.catalogue.shelf import events, item

_HOSTS = frozenset({"shop.example"})


@pytest.fixture
def place(engines_urls: Urls) -> Iterator[None]:
    history.use(engines_urls.clickhouse)
    yield
    history.use("")


def _fill(conn: Connection, client: Client) -> None:
    now = clock.now_ms()
    viewed = [("Product Viewed", 1, item(number)) for number in range(1, 5)]
    client.raw_insert("events_in", insert_block=to_block(events(*viewed, first_ms=now - 60_000), 1),
                      fmt="ArrowStream")  # fmt: skip
    conn.execute(
        "insert into profile (person, id, key, traits, created_at) overriding system value"
        " values (1, gen_random_uuid(), '', '{}', now())"
    )
    shop, evil = "https://www.shop.example/", "https://evil.example/"
    told = [
        Product("p1", "One", 100, "TRY", shop), Product("p2", "Two", 100, "TRY", evil),
        Product("p3", "Three"), Product("p4", "Four", 100, "TRY", shop, image=evil),
    ]  # fmt: skip
    products.put(conn, told, clock.now())


def _names(conn: Connection, tree: showcase.Tree, person: int = 1) -> list[str]:
    [found] = showcase.find(conn, [Asking(person, {"viewed": tree}, _HOSTS)])
    return [str(one["name"]) for one in found["viewed"]]


@pytest.mark.usefixtures("place")
def test_what_fits(postgres: Connection, clickhouse: Client) -> None:
    _fill(postgres, clickhouse)
    assert _names(postgres, {"*": {"name": {}}}) == ["Four", "Three", "Two", "One"]
    assert _names(postgres, {"*": {"name": {}, "price_minor": {}}}) == ["Four", "Two", "One"]
    assert _names(postgres, {"*": {"url": {}}}) == ["Four", "One"]
    assert _names(postgres, {"*": {"url": {}, "image": {}}}) == []
    assert _names(postgres, {}) == ["Three", "One"]  # taken whole
    assert _names(postgres, {"*": {"name": {}}}, person=2) == []
    text = "{% for p in products.viewed %}{{ p.url | link }}{% endfor %} https://shop.example"
    source = TextSource("sms", {"tr": {"text": text}})
    shown: Any = samples.of(postgres, [source], 1)
    assert [one["name"] for one in shown["products"]["viewed"]] == ["Four", "One"]


def test_without_history_there_is_nothing(postgres: Connection) -> None:
    history.use("http://127.0.0.1:9")
    try:
        assert _names(postgres, {"*": {"name": {}}}) == []
    finally:
        history.use("")
