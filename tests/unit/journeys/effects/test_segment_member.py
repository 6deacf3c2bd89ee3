"""People come onto lists and off them, the last word counting; what is no list stops nobody."""

from kervan.journeys.effects import found
from kervan.journeys.steps.ad_audience import AdAudience
from kervan.journeys.steps.segment_member import SegmentMember
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import store
from tests.unit.journeys.effects import doing


def test_people_come_onto_a_list_in_one_word(postgres: Connection) -> None:
    doing.begin(postgres, [1, 2, 3])
    vip = store.create(postgres, "vip", "VIP", None, doing.ECE)[0].number
    trial = store.create(postgres, "trial", "Trial", None, doing.ECE)[0].number
    doing.do(postgres, doing.passing(SegmentMember(add=["vip"], remove=["trial"]), [1, 2, 3]))
    assert _words(postgres) == [(vip, [1, 2, 3], False), (trial, [1, 2, 3], True)]


def test_of_several_passages_in_one_turn_the_last_counts(postgres: Connection) -> None:
    doing.begin(postgres, [1])
    vip = store.create(postgres, "vip", "VIP", None, doing.ECE)[0].number
    some = doing.passing(SegmentMember(add=["vip"]), [1])
    later = doing.passing(SegmentMember(remove=["vip"]), [1], turn=2)
    for column in ("key", "person", "at_ms", "run", "journey", "version", "step_key", "step"):
        getattr(some, column).extend(getattr(later, column))
    some.context += later.context
    doing.do(postgres, some)
    assert _words(postgres) == [(vip, [1], True)]


def test_what_is_no_list_is_told_and_stops_nothing_else(postgres: Connection) -> None:
    doing.begin(postgres, [1])
    vip = store.create(postgres, "vip", "VIP", None, doing.ECE)[0].number
    step = SegmentMember(add=["gone", "vip"])
    assert [(place, code) for place, code, _ in found.problems(postgres, step)] == [
        ("add", "segments.not_found")
    ]
    doing.do(postgres, doing.passing(step, [1]))
    assert _words(postgres) == [(vip, [1], False)]
    assert doing.failures(postgres) == [(1, "segments.not_found")]


def _words(conn: Connection) -> list[tuple[int, list[int], bool]]:
    rows = conn.execute("select list, people, gone from segment_list_word order by version")
    return [(number, sorted(people), gone) for number, people, gone in rows.fetchall()]


def test_a_step_names_so_many_lists_at_most() -> None:
    keys = [f"list{place}" for place in range(51)]
    for step in (SegmentMember(add=keys[:50], remove=keys[50:]), AdAudience(remove=keys)):
        assert [code for _, code, _ in step.problems()] == ["journeys.names_too_many"]
    assert SegmentMember(add=keys[:50]).problems() == []
