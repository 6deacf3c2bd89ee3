"""Caps are never exceeded and never under-filled, whoever else decides at the same moment."""

import threading
from collections import Counter
from datetime import timedelta

import numpy as np
import pytest

from kervan.delivery import erase, slots
from kervan.delivery.policy.caps import Marked
from kervan.kernel import postgres as kernel
from kervan.kernel.postgres import Connection
from tests.unit.delivery.gate import NOON, accept, allow, judge, want
from tests.unit.delivery.world import add_people

WORKERS = 64


def test_sixty_four_workers_never_exceed_a_cap(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_people(postgres, [f"p{n}@ev.example" for n in range(6)])
    allow(postgres, caps=[{"name": "three a day", "most": 3, "per": "day"}])
    for number in range(40):  # many more than may go, and each person in every worker's batch
        want(postgres, people, f"m{number}", NOON + timedelta(microseconds=number))
    start = threading.Barrier(WORKERS)
    went: list[int] = []
    errors: list[BaseException] = []

    def work(sender: int) -> None:
        try:
            with kernel.connect(postgres_url, workspace=workspace) as conn:
                start.wait()
                while True:
                    at = NOON + timedelta(minutes=1)
                    going, results = judge(conn, at, sender=sender, limit=7)
                    conn.commit()
                    if not going and not results:
                        return
                    went.extend(one.subject.person for one in going)
        except BaseException as error:  # noqa: BLE001 - shown below
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(1, WORKERS + 1)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(120)
    assert not errors, errors
    assert Counter(went) == dict.fromkeys(people, 3)
    states = postgres.execute("select state, count(*) from message group by 1").fetchall()
    assert dict(states) == {0: 18, 5: 240 - 18}


def past(conn: Connection, heads: list[int], channels: tuple[str, ...] = ("email",)) -> int:
    """How many places count for these people."""
    none = np.zeros(0, np.int32)
    marks = Marked(none, none, none, channels, ("",), ("",))
    since = NOON - timedelta(days=30)
    return len(slots.past(conn, heads, since, ["marketing"], marks).at_ms)


def test_a_place_lives_as_long_as_its_message_may_have_gone(postgres: Connection) -> None:
    [person] = add_people(postgres, ["a@ev.example"])
    want(postgres, [person], "a")
    want(postgres, [person], "b")
    assert past(postgres, [person]) == 0
    going, _ = judge(postgres)
    assert past(postgres, [person]) == 2
    assert slots.counts(postgres, going[0].subject.message)
    accept(postgres, going[:1])
    assert past(postgres, [person]) == 2
    postgres.execute("update message_open set claimed_by = null")  # the other one is queued again
    assert past(postgres, [person]) == 1
    assert not slots.counts(postgres, going[1].subject.message)
    assert slots.tidy(postgres, NOON + timedelta(days=99)) == 0
    assert slots.tidy(postgres, NOON + timedelta(days=101)) == 2


def test_texts_that_no_rule_names_are_codes_of_nothing() -> None:
    assert slots.codes(["sms", "fax", ""], ("", "sms")).tolist() == [1, -1, 0]


@pytest.mark.parametrize("most", [0, 1, 5])
def test_in_one_batch_several_of_one_person_are_counted(postgres: Connection, most: int) -> None:
    people = add_people(postgres, ["a@ev.example", "b@ev.example"])
    allow(postgres, caps=[{"name": "c", "most": most, "per": "month", "window": "rolling"}])
    for key in range(4):
        want(postgres, people, str(key))
    going, _ = judge(postgres)
    assert Counter(one.subject.person for one in going) == {
        person: count for person in people if (count := min(most, 4))
    }


def test_an_erased_persons_places_go_with_her(postgres: Connection) -> None:
    people = add_people(postgres, ["a@ev.example", "b@ev.example"])
    allow(postgres, caps=[{"name": "c", "most": 9, "per": "day"}])
    want(postgres, people, "a")
    accept(postgres, judge(postgres)[0])
    erase.erase(postgres, people[:1], NOON)
    for table in ("slot", "paced"):
        rows = postgres.execute(f"select person from {table}").fetchall()
        assert rows == [(people[1],)]
