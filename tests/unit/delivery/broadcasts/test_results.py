"""What people did after a broadcast, beside its hold-out; the interval is Newcombe's."""

import pytest
from clickhouse_connect.driver.client import Client

from kervan.delivery.broadcasts import store
from kervan.delivery.broadcasts.results import GHOSTS, lift, results
from kervan.delivery.states import State
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.delivery.broadcasts.shop import Shop


def test_the_interval_is_the_published_one() -> None:
    # Newcombe 1998, table II, example (a): 56/70 - 48/80, method 10: 0.0524 to 0.3339
    found = lift((70, 56), (80, 48))
    assert found is not None
    assert (found.lift, found.low, found.high) == (
        pytest.approx(0.2), pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5),
    )  # fmt: skip
    # and (h): 10/10 - 0/10: 0.6075 to 1
    edge = lift((10, 10), (10, 0))
    assert edge is not None
    assert (edge.low, edge.high) == (pytest.approx(0.6075, abs=5e-5), pytest.approx(1.0))
    assert lift((0, 0), (10, 1)) is None


def test_what_follows_within_its_hours_counts_once_for_each(
    postgres: Connection, clickhouse: Client
) -> None:
    shop = Shop(postgres, clickhouse)
    shop.message("news")
    people = shop.people(60)
    shop.write(hold_out_percent=40)
    shop.start()
    shop.run()
    shop.pass_hours(1)
    shop.send()
    rows = shop.conn.execute("select person, state from message").fetchall()
    ghosts = [one for one, state in rows if state == State.GHOST]
    others = [one for one in people if one not in ghosts]
    assert len(ghosts) > 10 and len(others) > 20
    now = clock.to_ms(shop.at)
    hour = 3_600_000
    shop.happened("Bought", dict.fromkeys([*others[:8], *ghosts[:2]], now + hour))
    shop.happened("Bought", dict.fromkeys(others[:3], now + 2 * hour))  # once each
    shop.happened("Bought", {others[9]: now - 60_000, others[10]: now + 24 * hour})
    shop.happened("Left", {others[11]: now + hour})
    found = results(postgres, clickhouse, store.get(postgres, "news"), "Bought", 24)
    assert [(one.name, one.reached, one.converted) for one in found] == [
        ("all", len(others), 8), (GHOSTS, len(ghosts), 2),
    ]  # fmt: skip
    assert found[0].lift is not None and found[1].lift is None
    assert found[0].lift.lift == pytest.approx(8 / len(others) - 2 / len(ghosts))
