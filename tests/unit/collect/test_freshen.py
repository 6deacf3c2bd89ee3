"""A link is seen soon, all links are read seldom, and a failure reaches the owner."""

import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from kervan.collect.freshen import Freshener
from kervan.history import link
from kervan.kernel import clock
from tests.unit.history.telling import tell

_WHO = "select who from events"


def _turn_until(freshener: Freshener, client: Client, question: str, wanted: object) -> None:
    deadline = clock.monotonic() + 60
    while client.query(question).result_rows != [(wanted,)]:
        assert clock.monotonic() < deadline
        freshener.turn()
        clock.sleep(0.02)


def test_a_change_is_seen_and_then_nothing_is_due(clickhouse: Client) -> None:
    tell(clickhouse, (1, 0, 0))
    freshener = Freshener(clickhouse)
    link.keep(clickhouse, [], [(1, 3)], 1)
    freshener.changed(1)
    assert freshener.wait_seconds() == 0
    began = clock.monotonic()
    _turn_until(freshener, clickhouse, _WHO, 3)
    assert freshener.wait_seconds() is None
    link.keep(clickhouse, [], [(1, 4)], 2)
    freshener.changed(1)
    # Not at once again; on a slow machine the time has come when we look.
    assert freshener._next_refresh >= began + 0.5 and (freshener.wait_seconds() or 0) <= 3
    _turn_until(freshener, clickhouse, _WHO, 4)
    freshener.stop()


def test_the_first_worker_settles_what_is_there(clickhouse: Client) -> None:
    link.keep(clickhouse, [], [(1, 3)], 1)
    freshener = Freshener(clickhouse)
    _turn_until(freshener, clickhouse, "select dictGet('person_head', 'head', 1)", 3)
    freshener.stop()
    assert clickhouse.query("select count() from link_settled final").result_rows == [(1,)]


def test_a_failed_settling_is_raised(clickhouse: Client) -> None:
    freshener = Freshener(clickhouse)
    clickhouse.command("drop table link_settled settings check_table_dependencies = 0")
    with pytest.raises(DatabaseError):
        _turn_until(freshener, clickhouse, "select 1", 2)
