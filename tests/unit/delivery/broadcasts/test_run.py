"""A broadcast from its start to its end: everybody once, counted right at every moment."""

import pytest
from clickhouse_connect.driver.client import Client

from kervan.delivery.broadcasts import store
from kervan.delivery.states import State
from kervan.kernel.postgres import Connection
from tests.unit.delivery.broadcasts.shop import Shop


@pytest.fixture
def shop(postgres: Connection, clickhouse: Client) -> Shop:
    """A shop with one message."""
    made = Shop(postgres, clickhouse)
    made.message("news")
    return made


def test_everybody_in_it_gets_one_message_and_then_it_is_done(shop: Shop) -> None:
    people = shop.people(7)
    silent = shop.people(2, consenting=False)
    shop.write()
    shop.start()
    assert shop.now().audience == 0
    shop.run()
    told = shop.now()
    assert (told.audience, told.unplanned, told.first.states[State.QUEUED]) == (9, 0, 9)
    assert set(shop.due()) == {*people, *silent}
    shop.people(1)  # too late for this one
    assert len(shop.send()) == 7
    told = shop.now()
    assert (told.first.reached, told.first.final) == (7, 9)
    assert told.first.reasons == {"delivery.no_consent": 2}
    shop.run()
    assert store.get(shop.conn, "news").status == store.DONE
    assert shop.conn.execute("select count(*) from broadcast_audience").fetchone() == (0,)
    assert shop.now().audience == 9
