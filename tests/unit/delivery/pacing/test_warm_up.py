"""Warm-up: each day's ceiling is exact, whoever sends."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from kervan.delivery import books
from kervan.delivery.desk import Job
from kervan.delivery.mail.rules import WarmUp
from kervan.delivery.pacing import warm_up
from kervan.delivery.reach import Reached
from kervan.kernel import clock
from kervan.kernel import postgres as kernel_postgres
from kervan.kernel.postgres import Connection
from kervan.profiles.read import contacts
from tests.unit.delivery.world import VAULT, add_people, intend, intents

DAY = date(2026, 11, 23)
PLAN = WarmUp(account="smtp", began_on=DAY, first=10, growth=2, target=100)


def jobs(
    conn: Connection, count: int, key: str = "", message_class: str = "marketing"
) -> list[Job]:
    """Claimed messages with their people."""
    people = add_people(conn, [f"{key}{number}@home.example" for number in range(count)])
    intend(conn, intents(people, key=key, message_class=message_class))
    claims = books.claim(conn, 1, "email", count, clock.now())
    conn.commit()
    found = contacts(conn, VAULT, people)
    return [
        Job(one, Reached(found[one.subject.person], "a@home.example", b""), 0) for one in claims
    ]


def test_the_ceiling_grows_day_by_day_and_ends() -> None:
    days = [PLAN.ceiling(DAY + timedelta(days=number)) for number in range(-1, 6)]
    assert days == [0, 10, 20, 40, 80, None, None]
    assert PLAN.ceiling(DAY + timedelta(days=5000)) is None


def test_no_day_has_more_than_its_ceiling(postgres: Connection, postgres_url: str,
                                          workspace: str) -> None:  # fmt: skip
    mine = jobs(postgres, 16)
    first, waiting = warm_up.fit(postgres, PLAN, mine[:7], DAY)
    postgres.commit()
    assert (len(first), len(waiting)) == (7, 0)
    with kernel_postgres.connect(postgres_url, workspace=workspace) as other:
        second, waiting = warm_up.fit(other, PLAN, mine[7:], DAY)
        assert (len(second), len(waiting)) == (3, 6)
        other.commit()
    again, none = warm_up.fit(postgres, PLAN, first + second, DAY)
    assert (len(again), none) == (10, []), "a place is taken once, however often it is tried"
    assert warm_up.used(postgres, "smtp", DAY) == 10
    tomorrow, none = warm_up.fit(postgres, PLAN, waiting, DAY + timedelta(days=1))
    assert (len(tomorrow), none) == (6, [])
    assert warm_up.used(postgres, "smtp", DAY) == 10


def test_senders_at_once_give_no_place_twice(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    mine = jobs(postgres, 24)
    start = threading.Barrier(4)

    def send(share: list[Job]) -> int:
        with kernel_postgres.connect(postgres_url, workspace=workspace) as conn:
            start.wait()
            going, _ = warm_up.fit(conn, PLAN, share, DAY)
            return len(going)

    with ThreadPoolExecutor(4) as senders:
        gone = list(senders.map(send, [mine[place::4] for place in range(4)]))
    assert sum(gone) == 10
    assert warm_up.used(postgres, "smtp", DAY) == 10


@pytest.mark.parametrize(("only_marketing", "goes"), [(True, 2), (False, 0)])
def test_what_is_no_marketing_passes_or_not(
    postgres: Connection, only_marketing: bool, goes: int
) -> None:
    plan = WarmUp(account="smtp", began_on=DAY, first=3, only_marketing=only_marketing)
    warm_up.fit(postgres, plan, jobs(postgres, 3), DAY)
    urgent = jobs(postgres, 2, "receipt", "transactional")
    going, waiting = warm_up.fit(postgres, plan, urgent, DAY)
    assert (len(going), len(waiting)) == (goes, 2 - goes)
    assert warm_up.used(postgres, "smtp", DAY) == 3 + goes


def test_it_comes_back_the_next_local_day() -> None:
    at = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # the 24th in Istanbul
    due = warm_up.next_day(at, "Europe/Istanbul", UUID(int=0x8000))
    assert due == datetime(2026, 11, 24, 21, 15, tzinfo=UTC)
    assert warm_up.today(at, "Europe/Istanbul") == date(2026, 11, 24)
