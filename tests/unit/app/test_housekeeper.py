"""Chores are done by one worker, each in its time, and a bad one keeps no other waiting."""

import dataclasses
from collections.abc import Callable

import psycopg
import pytest
from clickhouse_connect.driver.client import Client

from kervan.app.chores import of_a_house
from kervan.app.housekeeper import Chore, Housekeeper
from kervan.app.segmenter import of_the_mirror
from kervan.kernel import clock, config
from kervan.kernel import postgres as state
from kervan.kernel.postgres import Connection
from tests.unit.collect.processing import VAULT

Count = dict[str, int]


def _counting(counts: Count, name: str, more: int = 0) -> Callable[[Connection, int], bool]:
    def step(conn: Connection, _: int) -> bool:
        conn.execute("select 1")
        counts[name] = counts.get(name, 0) + 1
        return counts[name] <= more

    return step


def _refused(conn: Connection, _: int) -> bool:
    conn.execute("select 'no number'::integer")
    return True


def _until(good: Callable[[], bool], *keepers: Housekeeper) -> None:
    deadline = clock.monotonic() + 60
    while not good():
        assert clock.monotonic() < deadline
        for one in keepers:
            one.check()
        clock.sleep(0.02)


@pytest.fixture
def connect(postgres: Connection, postgres_url: str, workspace: str) -> Callable[[], Connection]:
    """Connections of their own, as threads need them."""
    return lambda: state.connect(postgres_url, workspace=workspace)


def test_a_chore_is_repeated_at_once_while_there_is_more(
    connect: Callable[[], Connection], workspace: str
) -> None:
    counts: Count = {}
    chores = [
        Chore("refused", 3600, _refused),
        Chore("once", 3600, _counting(counts, "once")),
        Chore("more", 3600, _counting(counts, "more", more=2)),
    ]
    mine = Housekeeper(connect(), workspace, chores)
    mine.start()
    _until(lambda: counts == {"once": 1, "more": 3}, mine)
    mine.stop()
    assert counts == {"once": 1, "more": 3}


def test_one_of_several_workers_does_them_and_another_takes_over(
    connect: Callable[[], Connection], workspace: str
) -> None:
    first_counts: Count = {}
    second_counts: Count = {}
    conn = connect()
    first = Housekeeper(conn, workspace, [Chore("a", 0, _counting(first_counts, "a"))])
    first.start()
    _until(lambda: first_counts.get("a", 0) > 0, first)
    second = Housekeeper(connect(), workspace, [Chore("a", 0, _counting(second_counts, "a"))])
    second.start()
    before = first_counts["a"]
    _until(lambda: first_counts["a"] > before + 1, first, second)
    assert not second_counts
    first.stop()
    conn.close()
    _until(lambda: second_counts.get("a", 0) > 0, second)
    second.stop()


def test_a_lost_database_reaches_the_worker(
    connect: Callable[[], Connection], postgres: Connection, workspace: str
) -> None:
    conn = connect()
    mine = Housekeeper(conn, workspace, [Chore("a", 0, _counting({}, "a"))])
    mine.start()
    postgres.execute("select pg_terminate_backend(%s)", (conn.info.backend_pid,))
    with pytest.raises(psycopg.OperationalError):
        _until(lambda: False, mine)
    mine.stop()


def test_the_chores_of_a_house_find_nothing_to_do_in_an_empty_one(
    connect: Callable[[], Connection], clickhouse: Client, workspace: str
) -> None:
    house = dataclasses.replace(config.load(), workspace=workspace)
    chores = [*of_a_house(house, VAULT, clickhouse), *of_the_mirror(house, VAULT, clickhouse)]
    with connect() as conn:
        for one in chores:
            assert not one.step(conn, clock.now_ms()), one.name
            conn.commit()


def test_people_are_mirrored_soon_whatever_the_other_chores_do(
    connect: Callable[[], Connection], clickhouse: Client, workspace: str
) -> None:
    house = dataclasses.replace(config.load(), workspace=workspace)
    other = Housekeeper(connect(), workspace, [Chore("a", 0, _counting({}, "a"))])
    mine = Housekeeper(connect(), workspace, of_the_mirror(house, VAULT, clickhouse), "mirror")
    other.start()
    mine.start()
    with connect() as conn:
        conn.execute(
            "insert into profile (id, key, created_at) values (gen_random_uuid(), %s, now())",
            (VAULT.workspace(workspace).new_person_key(),),
        )
    asked = "SELECT count() FROM people"
    _until(lambda: clickhouse.query(asked).result_rows == [(1,)], mine, other)
    mine.stop()
    other.stop()


def test_a_worker_tells_history_who_is_on_a_list(
    postgres: Connection, clickhouse: Client, workspace: str
) -> None:
    chores = of_a_house(config.load(workspace=workspace), VAULT, clickhouse)
    (lists,) = [one for one in chores if one.name == "lists"]
    postgres.execute(
        "insert into segment (number, key, name, sort, state, version, created_at, created_by,"
        " changed_at, changed_by)"
        " values (1, 'a', 'A', 'list', 'active', 1, %(at)s, '', %(at)s, '')",
        {"at": clock.now()},
    )
    postgres.execute(
        "insert into segment_list_word (list, people, gone, at) values (1, '{7,8}', false, %s)",
        (clock.now(),),
    )
    lists.step(postgres, clock.now_ms())
    asked = "SELECT person FROM list_members FINAL WHERE list = 1 ORDER BY person"
    assert clickhouse.query(asked).result_rows == [(7,), (8,)]
