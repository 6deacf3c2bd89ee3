"""kill -9 in the middle of planning a broadcast, again and again: everybody gets one message."""

import subprocess
import sys
import time
from random import Random

import numpy as np

from kervan.delivery.broadcasts import audience, count, plan, store
from kervan.delivery.broadcasts.audience import Members
from kervan.delivery.broadcasts.definition import Broadcast, Test, Variant
from kervan.delivery.broadcasts.store import Frozen, Speaks
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.delivery.world import VAULT

_PEOPLE = 15_000
_KILLS = 3
_SEED = Random().randrange(1_000_000)
_AT_ONCE = 200
_PLANNER = f"""
import sys
from kervan.delivery.broadcasts import plan, store
from kervan.kernel import clock, crypto, postgres
keys = crypto.Vault(b"k" * 32).workspace("test")
with postgres.connect(sys.argv[1], workspace=sys.argv[2]) as conn:
    print("ready", flush=True)
    while (kept := store.get(conn, "news")).phase in plan.FIRST_LEG:
        plan.step(conn, keys, kept, clock.now(), {_AT_ONCE})
        conn.commit()
"""


def _begin(conn: Connection) -> None:
    """A broadcast that tries two variants, to every third number."""
    two = tuple(Variant(name=name, message="news") for name in "AB")
    wanted = Broadcast(
        key="news", name="News", everybody=True, test=Test(share_percent=100, variants=two)
    )
    conn.execute("insert into broadcast (key, version) values ('news', 1)")
    conn.execute(
        "insert into broadcast_version values (1, 1, %s, 'oya', now())", (store.canonical(wanted),)
    )
    kept = store.get(conn, "news")
    people = np.arange(1, 3 * _PEOPLE, 3, dtype=np.uint32)
    audience.freeze(conn, kept.number, Members(people, np.zeros(0, np.uint16)))
    arms = [Speaks(name, "news", 1, [("email", 1)], "marketing") for name in "AB"]
    store.begin(conn, kept, Frozen(arms, None, clock.now_ms()), len(people), clock.now())
    conn.commit()


def _planned(conn: Connection) -> int:
    row = conn.execute("select planned_to from broadcast").fetchone()
    conn.commit()
    return int(row[0]) if row else 0


def test_planning_that_is_killed_again_and_again_is_exact(
    postgres_url: str, workspace: str, postgres: Connection
) -> None:
    chance = Random(_SEED)
    _begin(postgres)
    kills = 0
    for _ in range(_KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", _PLANNER, postgres_url, workspace], stdout=subprocess.PIPE
        ) as planner:
            assert planner.stdout is not None and planner.stdout.readline() == b"ready\n"
            before, deadline = _planned(postgres), time.monotonic() + 30
            while _planned(postgres) == before and planner.poll() is None:
                assert time.monotonic() < deadline
            time.sleep(chance.random() * 0.05)
            kills += planner.poll() is None
            planner.kill()
        told = count.progress(postgres, store.get(postgres, "news"))
        row = postgres.execute("select count(*) from message").fetchone()
        assert row == (told.first.planned,), f"seed {_SEED}"
        assert told.unplanned + told.first.planned == _PEOPLE
    assert kills >= _KILLS - 1, f"seed {_SEED}: it was too quick to be killed"
    while (kept := store.get(postgres, "news")).phase in plan.FIRST_LEG:
        plan.step(postgres, VAULT, kept, clock.now())
        postgres.commit()
    told = count.progress(postgres, store.get(postgres, "news"))
    assert (told.unplanned, told.first.planned) == (0, _PEOPLE), f"seed {_SEED}"
    rows = postgres.execute(
        "select count(*), count(distinct person), min(person), max(person),"
        " count(*) filter (where exists (select from message_open o where o.message = m.id))"
        " from message m"
    ).fetchone()
    assert rows == (_PEOPLE, _PEOPLE, 1, 3 * _PEOPLE - 2, _PEOPLE), f"seed {_SEED}"
