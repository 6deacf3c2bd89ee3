"""Behind each number of a broadcast's progress are exactly its people, piece by piece."""

import pytest
from clickhouse_connect.driver.client import Client

from kervan.delivery.broadcasts import behind
from kervan.delivery.broadcasts.behind import Asked
from kervan.kernel.postgres import Connection
from tests.unit.delivery.broadcasts.shop import Shop


@pytest.fixture
def shop(postgres: Connection, clickhouse: Client) -> Shop:
    made = Shop(postgres, clickhouse)
    made.message("news")
    return made


def test_the_people_behind_a_number(shop: Shop) -> None:
    people, silent = shop.people(5), shop.people(2, consenting=False)
    number = shop.write().number
    shop.start()

    def who(of: str, reason: str = "", after: int = 0, limit: int = 9) -> list[int]:
        found = behind.people(shop.conn, number, Asked(of, reason, after, limit))
        shop.conn.commit()
        return [one.person for one in found]

    assert who("waiting") == []
    shop.run()
    assert who("waiting") == sorted([*people, *silent])
    shop.send()
    assert who("reached") == sorted(people)
    assert who("reached", "", 0, 2) + who("reached", "", sorted(people)[1], 9) == sorted(people)
    assert who("not_sent") == who("not_sent", "delivery.no_consent") == sorted(silent)
    assert who("not_sent", "delivery.expired") == who("clicked") == who("held_out") == []
    one = people[0]
    shop.conn.execute("update message set clicked_at = %s where person = %s", (shop.at, one))
    assert who("clicked") == [one]
