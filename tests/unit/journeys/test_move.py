"""Movers share the people of a workspace: everybody is moved once, by one of them."""

import psycopg
import pytest

from kervan.journeys.effects.effect import Doings
from kervan.journeys.hooks import Hooks
from kervan.journeys.move import MOVERS, Mover
from kervan.kernel import clock
from kervan.kernel import postgres as state
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from tests.unit.journeys.shop import START_MS, VAULT, Shop

_WELCOME = """
journey:
  key: welcome
  name: Welcome
  trigger: {event: Signed Up, where: {property: plan, eq: gold}}
  steps:
    - {key: day, kind: wait, for: 1 day}
    - {key: end, kind: exit, reason: done}
"""
_GIVES = """
journey:
  key: gives
  name: Gives
  trigger: {event: Signed Up}
  steps:
    - {key: give, kind: give_points, points: 5, reason: welcome}
    - {key: end, kind: exit}
"""
_PEOPLE = 300
_LEFT = "select count(*) from journey_signal"
_FINISHED = "select count(*), count(distinct person) from journey_run where state = 2"


@pytest.fixture
def movers(postgres: Connection, postgres_url: str, workspace: str) -> list[Mover]:
    """As many as a worker has, on connections of their own."""
    shop = Shop(postgres)
    shop.people(list(range(1, _PEOPLE + 1)))
    shop.publish(_WELCOME)
    shop.happen(*((0, person, "Signed Up", {"plan": "gold"}) for person in range(1, _PEOPLE + 1)))
    postgres.commit()
    return [
        Mover(state.connect(postgres_url, workspace=workspace), VAULT, workspace)
        for _ in range(MOVERS)
    ]


def test_everybody_is_moved_once(postgres: Connection, movers: list[Mover]) -> None:
    for mover in movers:
        mover.start()
    _wait_for(postgres, movers, 0)
    for mover in movers:
        mover.stop()
    assert postgres.execute(_FINISHED).fetchall() == [(_PEOPLE, _PEOPLE)]


def test_what_cannot_be_read_keeps_its_own_bucket_waiting_only(
    postgres: Connection, movers: list[Mover]
) -> None:
    postgres.execute("update journey_signal set properties = '{{' where person in (2, 3)")
    postgres.commit()
    for mover in movers:
        mover.start()
    # What shares a bucket with somebody broken waits with her: 2 and 258, 3 and 259.
    _wait_for(postgres, movers, 4)
    for mover in movers:
        mover.stop()
    assert postgres.execute(_FINISHED).fetchall() == [(_PEOPLE - 4, _PEOPLE - 4)]


def test_a_turn_that_met_another_one_comes_again(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    met: list[int] = []

    def collide(conn: Connection, vault: WorkspaceVault, doings: Doings) -> None:
        met.append(len(doings))
        if len(met) == 1:
            # Both kinds are raised by the server itself, so the transaction is really lost.
            conn.execute("do $$ begin raise exception using errcode = '40P01'; end $$")

    shop = Shop(postgres)
    shop.people([1])
    shop.publish(_GIVES)
    shop.happen((0, 1, "Signed Up", {}))
    postgres.commit()
    hooks = Hooks(effects={"give_points": collide})
    mover = Mover(state.connect(postgres_url, workspace=workspace), VAULT, workspace, hooks)
    first, second = mover.turn(START_MS + 1), mover.turn(START_MS + 1)
    mover.stop()
    assert (first.more, first.moved, second.moved) == (True, 0, 1)
    assert met == [1, 1]
    assert postgres.execute(_FINISHED).fetchall() == [(1, 1)]


def test_a_failure_reaches_the_worker(movers: list[Mover], postgres: Connection) -> None:
    for mover in movers:
        mover.start()
    postgres.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where pid <> pg_backend_pid() and datname = current_database()"
    )
    deadline = clock.monotonic() + 60
    failed: set[int] = set()
    while len(failed) < MOVERS:
        assert clock.monotonic() < deadline
        for i, mover in enumerate(movers):
            try:
                mover.check()
            except psycopg.OperationalError:
                failed.add(i)
        clock.sleep(0.02)
    for mover in movers:
        mover.stop()


def _wait_for(postgres: Connection, movers: list[Mover], left: int) -> None:
    deadline = clock.monotonic() + 60
    while postgres.execute(_LEFT).fetchall() != [(left,)]:
        postgres.commit()
        assert clock.monotonic() < deadline
        for mover in movers:
            mover.check()
        clock.sleep(0.02)
    postgres.commit()
