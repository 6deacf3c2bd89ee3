"""The crowd of the mail bench: as many messages as asked for, spread evenly over the people."""

from collections import Counter
from pathlib import Path

import psutil
import pytest

from kervan.bench.mail_crowd import Crowd
from kervan.bench.state import State
from kervan.kernel.config import Config
from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection


@pytest.fixture
def here(postgres_url: str, workspace: str, tmp_path: Path) -> State:
    """A bench's state on the test's own database."""
    config = Config(data=tmp_path, postgres_url=postgres_url, workspace=workspace)
    return State(config, Vault(b"k" * 32).workspace(workspace), psutil.Process())


def _messages(conn: Connection) -> list[tuple[int, int]]:
    found = conn.execute("select person, run from message order by run").fetchall()
    conn.rollback()
    return found


def test_more_messages_than_people_go_round(here: State, postgres: Connection) -> None:
    crowd = Crowd(here, postgres, 3)
    crowd.intend(8)
    found = _messages(postgres)
    assert Counter(person for person, _ in found) == {1: 3, 2: 3, 3: 2}
    assert len({run for _, run in found}) == 8


def test_nobody_is_written_to_twice_for_one_thing_over_many_rounds(
    here: State, postgres: Connection
) -> None:
    crowd = Crowd(here, postgres, 4)
    for count in (2, 4, 1, 9):
        before = len(_messages(postgres))
        crowd.intend(count)
        assert len(_messages(postgres)) == before + count
    found = _messages(postgres)
    assert len({run for _, run in found}) == len(found) == 16


def test_a_crowd_grows_by_people_who_agreed(here: State, postgres: Connection) -> None:
    crowd = Crowd(here, postgres, 2)
    crowd.grow(5)
    crowd.grow(3)  # never smaller
    assert crowd.people == [1, 2, 3, 4, 5]
    crowd.intend(5)
    assert {person for person, _ in _messages(postgres)} == {1, 2, 3, 4, 5}
    row = postgres.execute("select count(*) from consent_state").fetchone()
    assert row == (5,)


def test_everybody_is_told_once_in_batches(here: State, postgres: Connection) -> None:
    crowd = Crowd(here, postgres, 7)
    assert crowd.tell_all(3) > 0
    rows = postgres.execute("select person, count(*) from message group by 1").fetchall()
    assert sorted(rows) == [(person, 1) for person in crowd.people]
