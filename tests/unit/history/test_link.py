"""Who is who in the history: the latest word wins, whenever it comes and however it is read."""

from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from kervan.history import link
from tests.unit.history.loss import lose
from tests.unit.history.telling import tell

_WHO = "select person, session, atom, who from events order by event_id"


def _tell(client: Client, *whose: tuple[int, int]) -> None:
    """One event for each (atom, session)."""
    tell(client, *((atom, session, 0) for atom, session in whose))


def _who(client: Client) -> list[int]:
    return [row[3] for row in client.query(_WHO).result_rows]


@pytest.mark.parametrize("settled", [False, True])
def test_an_event_is_hers_whose_profile_its_atom_belongs_to(
    clickhouse: Client, *, settled: bool
) -> None:
    see = link.settle if settled else link.refresh
    _tell(clickhouse, (1, 0), (0, 7), (0, 0), (2, 7), (0, 8))
    assert _who(clickhouse) == [1, 0, 0, 2, 0]
    link.keep(clickhouse, [(7, 1)], [], 5)
    see(clickhouse)
    assert _who(clickhouse) == [1, 1, 0, 2, 0]
    link.keep(clickhouse, [], [(1, 3)], 6)
    see(clickhouse)
    assert _who(clickhouse) == [3, 3, 0, 2, 0]
    link.keep(clickhouse, [(8, 1)], [(2, 3)], 7)
    see(clickhouse)
    assert _who(clickhouse) == [3, 3, 0, 3, 3]
    link.keep(clickhouse, [(7, 0)], [(1, 1)], 8)  # taken out again, and the visit is nobody's
    see(clickhouse)
    assert clickhouse.query(_WHO).result_rows == [
        (1, 0, 1, 1),
        (0, 7, 0, 0),
        (0, 0, 0, 0),
        (2, 7, 2, 3),
        (0, 8, 1, 1),
    ]


def test_what_is_young_outdoes_what_is_settled(clickhouse: Client) -> None:
    _tell(clickhouse, (1, 0), (0, 7))
    link.keep(clickhouse, [(7, 1)], [(1, 3)], 5)
    link.settle(clickhouse)
    link.keep(clickhouse, [(7, 0)], [(1, 1)], 6)
    link.refresh(clickhouse)
    assert _who(clickhouse) == [1, 0]
    clickhouse.command("truncate table link_settled")
    clickhouse.command("insert into link_settled select now64(3, 'UTC') + interval 1 second")
    clickhouse.command("system reload dictionary session_person")
    clickhouse.command("system reload dictionary person_head")
    link.refresh(clickhouse)
    young = "select sum(element_count) from system.dictionaries where name like '%_young'"
    here = " and database = currentDatabase()"
    assert clickhouse.query(young + here).result_rows == [(0,)]
    assert _who(clickhouse) == [1, 0]


def test_an_older_word_that_comes_late_changes_nothing(clickhouse: Client) -> None:
    _tell(clickhouse, (1, 0), (0, 7))
    link.keep(clickhouse, [(7, 2)], [(1, 3)], 5)
    link.settle(clickhouse)
    clickhouse.command("insert into link_settled select now64(3, 'UTC')")
    link.keep(clickhouse, [(7, 9)], [(1, 9)], 4)  # a batch that was recovered
    link.refresh(clickhouse)
    assert _who(clickhouse) == [3, 2]
    link.settle(clickhouse)
    assert _who(clickhouse) == [3, 2]


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(1, 3), st.sampled_from(["", "refresh", "settle"])),
        max_size=5,
    )
)
def _the_highest_version_wins(client: Client, words: list[tuple[int, int, str]]) -> None:
    for table in ("person_link", "person_link_young", "link_settled"):
        client.command(f"truncate table {table}")
    link.settle(client)
    heads = {1: 1, 2: 2, 3: 3}
    for version, (atom, head, then) in enumerate(words, 1):
        link.keep(client, [], [(atom, head)], version)
        heads[atom] = head
        if then:
            getattr(link, then)(client)
    link.refresh(client)
    assert _who(client) == [heads[1], heads[2], heads[3]]


def test_the_highest_version_wins_whenever_links_are_read(clickhouse: Client) -> None:
    _tell(clickhouse, (1, 0), (2, 0), (3, 0))
    _the_highest_version_wins(clickhouse)


@pytest.mark.parametrize(("table", "change"), [("session_link", 0), ("person_link", 1)])
def test_links_that_were_not_stored_are_an_error(
    clickhouse: Client, table: str, change: int
) -> None:
    pairs: Any = [[], []]
    pairs[change] = [(3, 30)]
    link.keep(clickhouse, *pairs, 5)
    lose(clickhouse, table)
    with pytest.raises(link.NotStored):
        link.keep(clickhouse, *pairs, 6)
