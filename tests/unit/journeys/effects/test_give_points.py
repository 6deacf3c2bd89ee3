"""Points are promised, not booked: a row for who books them, and an event that says no more."""

from kervan.journeys import disclose, erase
from kervan.journeys.steps.give_points import GivePoints
from kervan.kernel.postgres import Connection
from tests.unit.journeys.effects import doing


def test_points_are_written_down_once(postgres: Connection) -> None:
    doing.begin(postgres, [1, 2])
    for _ in range(2):
        doing.do(postgres, doing.passing(GivePoints(points=50, reason="Hoş geldin"), [1, 2]))
    rows = postgres.execute(
        "select person, points, reason, journey, run, taken_at from points_wish order by person"
    ).fetchall()
    assert rows == [(one, 50, "Hoş geldin", "welcome", one, None) for one in (1, 2)]
    assert [one["properties"]["points"] for one in doing.told(postgres, "Points Promised")] == [
        50,
        50,
    ]
    assert [one["points"] for one in disclose.points(postgres, [2])] == [50]
    assert erase.erase(postgres, [1]) == 1
    assert postgres.execute("select person from points_wish").fetchall() == [(2,)]


def test_no_points_and_too_many_are_refused() -> None:
    assert [code for _, code, _ in GivePoints(points=0).problems()] == ["journeys.points_range"]
    assert [code for _, code, _ in GivePoints(points=10**9).problems()] == ["journeys.points_range"]
    assert not GivePoints(points=1).problems()
