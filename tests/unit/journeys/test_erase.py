"""Erased people leave their journeys; what they carried is forgotten."""

from datetime import timedelta

from kervan.journeys import erase
from kervan.kernel import clock
from kervan.kernel.postgres import Connection


def _run(conn: Connection, run: int, person: int, state: int, days: int = 0) -> None:
    at = clock.now() - timedelta(days=days)
    conn.execute(
        "insert into journey_run (run, entered_at, step_at, due_at, goal_at, person, version, step,"
        " visit, state) values (%s, %s, %s, %s, 'infinity', %s, 1, 1, 0, %s)",
        (run, at, at, at, person, state),
    )
    conn.execute("insert into journey_context values (%s, '\\x7b7d')", (run,))
    conn.execute(
        "insert into journey_signal values (%s, %s, 0, 'Wish', '\\x00', '{}')", (at, person)
    )


def test_her_runs_stop_and_carry_nothing(postgres: Connection) -> None:
    _run(postgres, 1, 1, state=1)
    _run(postgres, 2, 1, state=2)
    _run(postgres, 3, 2, state=1)
    assert erase.erase(postgres, [1]) == 4
    rows = postgres.execute(
        "select run, state, due_at = 'infinity' from journey_run order by run"
    ).fetchall()
    assert rows == [(1, 5, True), (2, 2, False), (3, 1, False)]
    assert postgres.execute("select run from journey_context").fetchall() == [(3,)]
    assert postgres.execute("select person from journey_signal").fetchall() == [(2,)]
    assert erase.erase(postgres, [1]) == 0


def test_contexts_of_old_runs_expire_and_open_ones_stay(postgres: Connection) -> None:
    for run, state, days in ((1, 2, 20), (2, 2, 5), (3, 1, 20)):
        _run(postgres, run, run, state, days)
    assert erase.expire(postgres, clock.now() - timedelta(days=10), 10) == 1
    left = postgres.execute("select run from journey_context order by run").fetchall()
    assert left == [(2,), (3,)]
