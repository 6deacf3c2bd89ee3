"""Seats of limited journeys: exact whoever counts them, and given back with a turn undone."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from kervan.journeys import seating
from kervan.journeys.run import Journeys
from kervan.journeys.shelf import Shelf
from kervan.kernel import clock
from kervan.kernel.postgres import Connection, connect
from tests.unit.journeys.shop import START_MS, VAULT, Event, Shop
from tests.unit.journeys.world import signals

HOUR = 3_600_000
TEXT = """
journey:
  key: few
  name: Few
  trigger: {event: Came}
  limit: {total: 5, count: 3, within: 1 hour}
  exit_on: {event: Left}
  steps: [{key: rest, kind: wait, for: 1 day}, {key: end, kind: exit}]
"""


@pytest.fixture
def shop(postgres: Connection) -> Shop:
    made = Shop(postgres)
    made.people(list(range(1, 13)))
    made.publish(TEXT)
    return made


def came(at_ms: int, *people: int) -> list[Event]:
    return [(at_ms, person, "Came", {}) for person in people]


def seats(shop: Shop) -> list[int]:
    rows = shop.conn.execute("select taken from journey_seat order by since").fetchall()
    return [int(taken) for (taken,) in rows]


def test_seats_are_counted_from_turn_to_turn(shop: Shop) -> None:
    shop.happen(*came(0, 1, 2))
    assert shop.work(0).entered == 2
    shop.happen(*came(5, 3, 4))
    assert shop.work(5).entered == 1, "three an hour"
    shop.happen(*came(2 * HOUR, 4, 5, 6))
    assert shop.work(2 * HOUR).entered == 2, "five in all"
    assert seats(shop) == [5, 3, 2]
    assert {row[0] for row in shop.runs()} < {1, 2, 3, 4, 5, 6}


def test_a_raised_limit_counts_who_is_in_already(shop: Shop) -> None:
    shop.happen(*came(0, 1, 2, 3))
    shop.work(0)
    shop.publish(TEXT.replace("total: 5, count: 3, within: 1 hour", "total: 4"))
    shop.happen(*came(9, 4, 5))
    assert shop.work(9).entered == 1


def test_a_turn_undone_gives_its_seats_back(shop: Shop) -> None:
    shop.conn.commit()
    shop.happen(*came(0, 1, 2))
    shop.conn.commit()
    shop.work(0)
    shop.conn.rollback()
    assert seats(shop) == []
    shop.happen(*came(1, 3, 4))
    assert shop.work(1).entered == 3


def test_two_workers_give_away_no_seat_twice(shop: Shop, postgres_url: str, workspace: str) -> None:
    shop.happen(*came(0, 1, 2, 3, 4, 5, 6, 7, 8))
    shop.conn.commit()
    with connect(postgres_url, workspace=workspace) as other:
        assert shop.journeys.work([1], START_MS).entered == 1
        shop.conn.commit()
        assert shop.journeys.work([2], START_MS).entered == 1
        with ThreadPoolExecutor(1) as thread:
            late = thread.submit(Journeys(other, VAULT).work, [3, 4, 5, 6], START_MS)
            _until_somebody_waits(postgres_url, workspace)
            shop.conn.commit()
            assert late.result().entered == 1, "of the three that are left without the lock"
        other.commit()
    assert seats(shop) == [3, 3]


def test_who_looks_at_seats_holds_them(shop: Shop, postgres_url: str, workspace: str) -> None:
    """Before any is taken, too: between the look and the count nobody else may look."""
    shop.happen(*came(0, 1))
    shop.work(0)
    shop.conn.commit()
    some = signals([(START_MS, 2, "Came", {})])
    assert seating.free(shop.conn, Shelf().book(shop.conn), some)[1].total == 4
    with connect(postgres_url, workspace=workspace) as other:
        other.execute("set lock_timeout = '50ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            seating.free(other, Shelf().book(other), some)
        other.rollback()
        nobody = signals([(START_MS, 2, "Went", {})])
        assert seating.free(other, Shelf().book(other), nobody) == {}, "no newcomers, no waiting"


def _until_somebody_waits(url: str, workspace: str) -> None:
    deadline = clock.monotonic() + 60
    with connect(url, workspace=workspace) as conn:
        conn.autocommit = True
        waits = "select exists (select from pg_locks where not granted)"
        while conn.execute(waits).fetchone() != (True,):
            assert clock.monotonic() < deadline
