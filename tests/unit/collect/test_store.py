"""What the intake remembers, when several workers remember at once."""

import threading

from kervan.collect import store
from kervan.kernel import clock, ids
from kervan.kernel import postgres as state
from kervan.kernel.postgres import Connection
from tests.unit.collect.processing import House

_EVENTS = 12_000
_WEEK_MS = 1_795_996_800_000  # a Monday


def test_two_who_remember_the_same_events_in_opposite_orders_share_them(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    # Nobody may wait in a circle: without one order PostgreSQL would end one of them.
    number = store.workspace_id(postgres, workspace)
    hashes = [ids.hash16(str(i).encode()) for i in range(_EVENTS)]
    weeks = [_WEEK_MS + (i % 3) * 7 * 86_400_000 for i in range(_EVENTS)]
    others = [ids.hash16(b"other %d" % i) for i in range(3)]
    store.mark_seen(postgres, number, weeks[:3], others, clock.now())  # opens the weeks
    postgres.commit()
    taken: list[set[int]] = []
    together = threading.Barrier(4)

    def remember(order: list[int]) -> None:
        with state.connect(postgres_url, workspace=workspace) as conn:
            together.wait(10)
            repeated = store.mark_seen(
                conn, number, [weeks[i] for i in order], [hashes[i] for i in order], clock.now()
            )
            conn.commit()
        taken.append({i for place, i in enumerate(order) if place not in repeated})

    forward = list(range(_EVENTS))
    threads = [
        threading.Thread(target=remember, args=(order,))
        for order in (forward, forward[::-1], forward[::2] + forward[1::2], forward)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(taken) == 4
    assert sorted(i for some in taken for i in some) == forward  # each taken by exactly one


def test_numbers_of_people_stay_dense_over_batches(house: House) -> None:
    # Bitmaps and arrays are made of them: a few hundred lost per batch would end them in days.
    for i in range(5):
        house.take({"type": "identify", "messageId": f"m{i}", "userId": f"u{i}"})
        house.process()
    people = [
        row[0]
        for row in house.conn.execute("select person from profile order by person").fetchall()
    ]
    assert people == list(range(people[0], people[0] + 5))
