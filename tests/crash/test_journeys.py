"""kill -9 in the middle of journeys' turns: each seat, code and call is given once."""

import subprocess
import sys
import time
from datetime import timedelta
from random import Random

import pytest
from clickhouse_connect.driver.client import Client

from kervan.journeys import apply
from kervan.journeys.hear import Ear
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.profiles import store as profiles
from kervan.segments.live import loop, store
from kervan.segments.live.tick import Live
from tests.conftest import Urls
from tests.unit.collect.processing import open_house
from tests.unit.commerce.coupons.filling import counts, fill
from tests.unit.journeys.entry.conftest import called, members, publish
from tests.unit.journeys.shop import START_MS, VAULT, events
from tests.unit.segments.shop import Shop

_PEOPLE, _SEATS, _CODES, _CALLED = 4_000, 1_500, 900, 60
_FIRST = 10_000
_KILLS = 2
_SEED = Random().randrange(1_000_000)
_TEXT = f"""
journey:
  key: few
  name: Few
  trigger: {{event: Came}}
  limit: {{total: {_SEATS}}}
  steps:
    - {{key: code, kind: give_coupon, pool: autumn}}
    - {{key: points, kind: give_points, points: 5}}
    - {{key: end, kind: exit}}
"""
_WORKER = """
import sys
from kervan.journeys.effects import found
from kervan.journeys.entry.schedule import Schedules
from kervan.journeys.hooks import Hooks
from kervan.journeys.run import Journeys
from kervan.kernel import clickhouse, clock, crypto, postgres
url, workspace, history, database, at_ms = sys.argv[1:]
keys = crypto.Vault(b"k" * 32).workspace("test")
with postgres.connect(url, workspace=workspace) as conn:
    client = clickhouse.connect(history, database)
    schedules = Schedules("Europe/Istanbul")
    journeys = Journeys(conn, keys, Hooks(effects=found.effects()))
    print("ready", flush=True)
    while True:
        schedules.step(conn, client, clock.now_ms())
        conn.commit()
        journeys.work(list(range(256)), int(at_ms), 150)
        conn.commit()
"""
_MOVED = """
select (select count(*) from journey_run),
    (select coalesce(sum(taken), 0) from journey_seat where since = '-infinity'),
    (select count(*) from journey_effect)
"""


@pytest.fixture
def shop(postgres: Connection, clickhouse: Client, workspace: str) -> Shop:
    """People in a segment that a schedule calls, and more who come for seats and codes."""
    house = open_house(postgres, clickhouse, workspace, store.watched)
    made = Shop(house, Live(postgres, clickhouse), loop.Loop(postgres, clickhouse, workspace))
    members(made, *(f"user{i}" for i in range(_CALLED)))
    at = clock.now() - timedelta(hours=1)
    publish(made, f'{{schedule: {{segment: gold, once: "{at:%Y-%m-%d %H:%M:%S}Z"}}}}', 2)
    people = list(range(_FIRST, _FIRST + _PEOPLE))
    profiles.create_people(postgres, VAULT, people, START_MS)
    fill(postgres, count=_CODES)
    apply.apply(postgres, _TEXT, clock.from_ms(START_MS))
    Ear(VAULT)(postgres, events([(i, person, "Came", {}) for i, person in enumerate(people)]))
    postgres.commit()
    return made


def _moved(conn: Connection) -> tuple[int, int, int]:
    row = conn.execute(_MOVED).fetchone()
    conn.commit()
    assert row is not None
    return int(row[0]), int(row[1]), int(row[2])


def test_turns_that_are_killed_again_and_again_give_everything_once(
    shop: Shop, postgres: Connection, postgres_url: str, workspace: str, engines_urls: Urls
) -> None:
    chance = Random(_SEED)
    history = [engines_urls.clickhouse, engines_urls.database]
    asked = [postgres_url, workspace, *history, str(START_MS + _PEOPLE)]
    for round_ in range(_KILLS + 1):
        with subprocess.Popen(
            [sys.executable, "-c", _WORKER, *asked], stdout=subprocess.PIPE
        ) as worker:
            assert worker.stdout is not None and worker.stdout.readline() == b"ready\n"
            before, deadline = _moved(postgres), time.monotonic() + 60
            is_last = round_ == _KILLS
            while _moved(postgres)[0] < _SEATS if is_last else _moved(postgres) == before:
                assert time.monotonic() < deadline and worker.poll() is None, f"seed {_SEED}"
                time.sleep(0.005)
            time.sleep(0.2 if is_last else chance.random() * 0.05)
            worker.kill()
        runs, taken, done = _moved(postgres)
        assert runs == taken, f"seed {_SEED}"
        assert done == 2 * runs, f"seed {_SEED}: a person and her effects are one commit"
    _check(shop, postgres)


def _check(shop: Shop, conn: Connection) -> None:
    free, reserved, given, _ = counts(conn)
    assert (free, reserved, given) == (0, 0, _CODES), f"seed {_SEED}"
    had = "select count(*), count(distinct run), count(distinct person) from coupon"
    assert conn.execute(had).fetchone() == (_CODES, _CODES, _CODES), f"seed {_SEED}"
    wished = conn.execute("select count(*), count(distinct run) from points_wish").fetchone()
    assert wished == (_SEATS, _SEATS), f"seed {_SEED}"
    # The first in time got the seats, and of those the first the codes.
    last = conn.execute("select min(person), max(person) from journey_run").fetchone()
    assert last == (_FIRST, _FIRST + _SEATS - 1), f"seed {_SEED}"
    assert conn.execute("select state, people from journey_turn").fetchall() == [("done", _CALLED)]
    conn.commit()
    people = [who for who, _ in called(shop)]
    assert len(people) == len(set(people)) == _CALLED, f"seed {_SEED}"
