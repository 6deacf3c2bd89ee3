"""Who is put onto an audience comes onto its list; one with conditions takes nobody."""

from kervan.journeys.effects import found
from kervan.journeys.steps.ad_audience import AdAudience
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import store
from tests.unit.journeys.effects import doing
from tests.unit.segments.definitions.test_store import made


def _audience(conn: Connection, key: str, segment: int) -> None:
    conn.execute(
        "insert into audience (key, name, account, target, segment, state, next_at, created_at,"
        " created_by) values (%s, %s, 'meta', %s, %s, 'active', now(), now(), '')",
        (key, key, key, segment),
    )


def test_people_come_onto_the_list_behind_the_audience(postgres: Connection) -> None:
    doing.begin(postgres, [1, 2])
    number = store.create(postgres, "seen", "Seen", None, doing.ECE)[0].number
    _audience(postgres, "lookalike", number)
    _audience(postgres, "asked", made(postgres, "vip").number)
    step = AdAudience(add=["lookalike", "asked"], remove=["gone"])
    assert [(place, code) for place, code, _ in found.problems(postgres, step)] == [
        ("add", "journeys.audience_no_list"),
        ("remove", "delivery.audience_unknown"),
    ]
    doing.do(postgres, doing.passing(step, [1, 2]))
    rows = postgres.execute("select list, people, gone from segment_list_word").fetchall()
    assert rows == [(number, [1, 2], False)]
    assert doing.failures(postgres) == [
        (person, code)
        for person in (1, 2)
        for code in ("journeys.audience_no_list", "delivery.audience_unknown")
    ]
