"""A shadow tells what a rehearsal tells, again and again; nobody enters and nothing is sent."""

import random
from collections.abc import Callable

import pytest
from clickhouse_connect.driver.client import Client

from kervan.app.shadower import Pace, Shadower
from kervan.history import event, write
from kervan.journeys.rehearse.rehearse import rehearse
from kervan.journeys.shadow import store
from kervan.journeys.shadow.play import Home
from kervan.journeys.shadow.store import Wanted
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.journeys.rehearse.test_rehearse import BASKET, crowd, give_addresses, remember
from tests.unit.journeys.rehearse.test_rehearse import wanted as rehearsal
from tests.unit.journeys.shop import START_MS, Shop, events

HOUR, DAY = 3_600_000, 86_400_000
LATE_MS = 10_000
RESTLESS = Pace(rest_times=0)
"""No rest after a play: the test turns the clock."""
_TRACES = ("journey", "journey_run", "journey_timer", "journey_signal", "message", "slot")


@pytest.fixture
def make(clickhouse: Client, workspace: str) -> Callable[..., Shadower]:
    def of(is_ending: Callable[[], bool] = lambda: False, pace: Pace = RESTLESS) -> Shadower:
        return Shadower(Home(workspace, "UTC", "TR"), clickhouse, is_ending, pace)

    return of


def _start(conn: Connection, days: int = 7, text: str = BASKET) -> None:
    asked = Wanted("basket", text, days=days, sample=40)
    store.start(conn, asked, clock.from_ms(START_MS), "me")
    conn.commit()


def test_each_play_tells_of_all_up_to_now_and_leaves_no_trace(
    postgres: Connection, clickhouse: Client, workspace: str, make: Callable[..., Shadower]
) -> None:
    shop = Shop(postgres)
    shop.people(list(range(1, 41)))
    give_addresses(postgres, range(1, 41))
    _start(postgres, days=5)
    rows, mine = crowd(random.Random(7), 300), make()
    remember(clickhouse, rows[:100])
    mine.step(postgres, START_MS + DAY)
    first = store.get(postgres, "basket")
    assert first.good_until == clock.from_ms(START_MS + DAY - LATE_MS)
    told = first.told()
    assert told is not None
    assert 0 < told.entered < 40
    write.insert(clickhouse, event.to_block(events(rows[100:]), 2), 2)
    mine.step(postgres, START_MS + DAY + 30_000)
    assert store.get(postgres, "basket") == first, "a minute has not passed"
    mine.step(postgres, START_MS + 6 * DAY)
    last = store.get(postgres, "basket")
    assert last.good_until == last.until
    assert last.state(clock.from_ms(START_MS + 6 * DAY)) == "ended"
    expected = rehearse(postgres, clickhouse, rehearsal(workspace, days=5))
    assert last.told() == expected
    assert expected.entered > told.entered
    assert any(one.what == "sent" for story in expected.sample for one in story.events)
    mine.step(postgres, START_MS + 7 * DAY)
    assert store.get(postgres, "basket") == last
    for table in _TRACES:
        assert postgres.execute(f"select count(*) from {table}").fetchone() == (0,), table


def test_after_a_long_play_none_begins_for_ten_times_as_long(
    postgres: Connection, make: Callable[..., Shadower]
) -> None:
    _start(postgres)
    mine = make(pace=Pace(rest_times=10_000))
    mine.step(postgres, START_MS + HOUR)
    first = store.get(postgres, "basket")
    assert first.next_at is not None
    assert first.next_at > clock.from_ms(START_MS + HOUR + 60_000 + 1_000 * first.took_ms)
    store.start(postgres, Wanted("other", BASKET), clock.from_ms(START_MS), "me")
    mine.step(postgres, START_MS + HOUR)
    assert store.get(postgres, "other").good_until is None, "the rest is everybody's"
    make().step(postgres, START_MS + HOUR)
    assert store.get(postgres, "other").good_until is not None


def test_one_that_cannot_be_played_says_why_and_ends(
    postgres: Connection, make: Callable[..., Shadower]
) -> None:
    _start(postgres, text="journey: {}")
    mine = make()
    for hours in (1, 2, 3):
        mine.step(postgres, START_MS + hours * HOUR)
    found = store.get(postgres, "basket")
    assert found.problem == "journeys.not_valid"
    assert found.state(clock.from_ms(START_MS + 4 * HOUR)) == "failed"


def test_a_play_that_kills_its_process_is_not_begun_for_ever(
    postgres: Connection, make: Callable[..., Shadower]
) -> None:
    _start(postgres)
    for hours in (1, 2, 3):
        one = store.due(postgres, clock.from_ms(START_MS + hours * HOUR))
        assert one is not None
        store.begin(postgres, one, clock.from_ms(START_MS + hours * HOUR))
    make().step(postgres, START_MS + 4 * HOUR)
    found = store.get(postgres, "basket")
    assert (found.problem, found.good_until) == ("journeys.shadow_gave_up", None)
    assert store.due(postgres, clock.from_ms(START_MS + DAY)) is None


def test_a_worker_that_ends_breaks_it_off_for_the_next_one(
    postgres: Connection, make: Callable[..., Shadower]
) -> None:
    _start(postgres)
    make(lambda: True).step(postgres, START_MS + HOUR)
    found = store.get(postgres, "basket")
    assert (found.tries, found.problem, found.good_until) == (0, "", None)
    make().step(postgres, START_MS + HOUR)
    assert store.get(postgres, "basket").good_until is not None


def test_one_that_takes_too_long_is_broken_off(
    postgres: Connection, make: Callable[..., Shadower]
) -> None:
    _start(postgres)
    make(pace=Pace(limit_seconds=-1)).step(postgres, START_MS + HOUR)
    assert store.get(postgres, "basket").problem == "journeys.shadow_too_long"
    said = {
        KervanError("journeys.shadow_too_long", seconds=120).say(one) for one in ("en", "tr", "az")
    }
    assert len(said) == 3
