"""Each variant is counted by the very people who will get it, and by what it needs itself."""

import pytest
from clickhouse_connect.driver.client import Client

from kervan.delivery.broadcasts import act
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.delivery.broadcasts.shop import Shop


@pytest.fixture
def shop(postgres: Connection, clickhouse: Client) -> Shop:
    made = Shop(postgres, clickhouse)
    made.message("a")
    made.message("b")
    return made


def test_each_variant_reaches_its_own_people(shop: Shop) -> None:
    shop.people(40)
    shop.people(20, consenting=False)
    variants = [{"name": "A", "message": "a", "weight": 3}, {"name": "B", "message": "b"}]
    test = {"share_percent": 50, "variants": variants}
    shop.write(test=test, hold_out_percent=20)
    asked, at_ms = act.asked(shop.conn, "news"), clock.now_ms()
    trial = act.try_out(shop.history, asked, at_ms)
    assert trial is not None
    a, b = trial.variants
    assert (a.name, a.message, a.channels) == ("A", "a", ("email",))
    assert a.rest == b.rest, "those who wait are the same, whoever wins"
    assert a.mine.people > b.mine.people > 0, "three to one"
    assert 0 < trial.held_out < 30
    assert a.mine.people + b.mine.people + a.rest.people + trial.held_out == 60
    for one in (a.mine, b.mine, a.rest):
        assert one.reach["email"] == one.reached <= one.people
    assert 20 < a.mine.reached + b.mine.reached + a.rest.reached <= 40
    told = act.count(shop.history, asked, at_ms, "B")
    assert (told.count, told.reach) == (60, {"email": 40})
    with pytest.raises(KervanError, match="no variant"):
        act.count(shop.history, asked, at_ms, "C")


def test_one_message_is_no_trial(shop: Shop) -> None:
    shop.write(message="a")
    assert act.try_out(shop.history, act.asked(shop.conn, "news"), clock.now_ms()) is None
