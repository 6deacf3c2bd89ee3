"""Which broadcasts somebody may be watching, and that the second of two writers is told."""

import pytest
from clickhouse_connect.driver.client import Client

from kervan.delivery.broadcasts import read, store
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.delivery.broadcasts.shop import Shop


@pytest.fixture
def shop(postgres: Connection, clickhouse: Client) -> Shop:
    made = Shop(postgres, clickhouse)
    made.message("news")
    return made


def _watched(shop: Shop) -> list[tuple[str, str]]:
    return [(one.key, one.status) for one in store.watched(shop.conn, shop.at, 9)]


def test_what_is_at_work_or_ended_a_moment_ago_is_watched(shop: Shop) -> None:
    shop.people(1)
    shop.write("draft")
    shop.write("news")
    assert _watched(shop) == []
    shop.start()
    assert _watched(shop) == [("news", "scheduled")]
    shop.run()
    assert _watched(shop) == [("news", "running")]
    shop.send()
    shop.run()
    assert _watched(shop) == [("news", "done")]
    shop.pass_hours(1)
    assert _watched(shop) == []


def test_the_second_of_two_writers_is_told(shop: Shop) -> None:
    shop.write("news", priority=1)

    def write(priority: int, expected: int | None) -> int:
        whole = {"key": "news", "name": "news", "everybody": True, "message": "news"}
        wanted = read.read({**whole, "priority": priority})
        return store.apply(shop.conn, wanted, "ece", shop.at, expected).number

    assert write(2, 1) == 2
    with pytest.raises(KervanError) as told:
        write(4, 1)
    assert (told.value.code, told.value.status) == ("delivery.broadcast_meanwhile", 409)
    assert write(2, 1) == 2  # the same already is no conflict
    assert write(4, None) == 3
