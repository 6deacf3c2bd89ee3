"""Everybody in a segment is called at its time, once, whoever is killed in between."""

from kervan.journeys.entry import calling
from kervan.journeys.entry.calling import Call
from kervan.journeys.entry.schedule import MOST_TIMES, Schedules
from kervan.journeys.publish import state
from kervan.journeys.publish.state import How
from kervan.kernel import clock
from tests.unit.journeys.entry.conftest import ZONE, called, members, publish
from tests.unit.segments.shop import Shop

HOUR_MS = 3_600_000


def _turns(shop: Shop) -> list[tuple[str, int]]:
    rows = shop.conn.execute("select state, people from journey_turn order by at").fetchall()
    return [(str(state), int(people)) for state, people in rows]


def _once(at_ms: int) -> str:
    said = clock.from_ms(at_ms).strftime("%Y-%m-%d %H:%M:%SZ")
    return f'{{schedule: {{segment: gold, once: "{said}"}}}}'


def _step(shop: Shop, at_ms: int) -> None:
    Schedules(ZONE).step(shop.conn, shop.house.history, at_ms)


def test_everybody_is_called_once_at_the_time(shop: Shop) -> None:
    members(shop, "ayşe", "fatma", "zeynep")
    shop.happen({"type": "identify", "userId": "elif", "messageId": "1"})
    now_ms = clock.now_ms()
    at_ms = (now_ms - HOUR_MS) // 1000 * 1000
    publish(shop, _once(at_ms), hours_ago=2)
    _step(shop, at_ms - 1)
    assert _turns(shop) == []
    _step(shop, now_ms)
    assert _turns(shop) == [("done", 3)]
    shop.conn.rollback()  # killed before it was committed
    _step(shop, now_ms)
    shop.conn.commit()
    assert _turns(shop) == [("done", 3)]
    people = sorted(shop.person(one) for one in ("ayşe", "fatma", "zeynep"))
    assert called(shop) == [(one, at_ms) for one in people]
    _step(shop, now_ms + HOUR_MS)
    assert called(shop) == [(one, at_ms) for one in people]


def test_who_takes_a_turn_over_calls_those_who_are_left_and_nobody_twice(shop: Shop) -> None:
    members(shop, "ayşe", "fatma")
    now_ms = clock.now_ms()
    at_ms = (now_ms - HOUR_MS) // 1000 * 1000
    publish(shop, _once(at_ms), hours_ago=2)
    _step(shop, now_ms)
    shop.conn.commit()
    (mine,) = calling.read(shop.conn, ZONE)
    her = shop.person("ayşe")
    # The row is as it was before: whoever was killed had called her, and comes again.
    shop.conn.execute("update journey_turn set state = 'open', after = 0, people = 0")
    calling.call(shop.conn, mine, "schedule", [Call(her, str(at_ms), at_ms, {})])
    _step(shop, now_ms)
    shop.conn.commit()
    assert [who for who, _ in called(shop)] == sorted([her, shop.person("fatma")])


def test_of_times_that_were_missed_the_last_is_caught_up_and_old_ones_are_told(shop: Shop) -> None:
    members(shop, "ayşe")
    publish(shop, '{schedule: {segment: gold, cron: "0 * * * *"}}', hours_ago=6)
    now_ms = clock.now_ms()
    _step(shop, now_ms)
    shop.conn.commit()
    states = [state for state, _ in _turns(shop)]
    late = states.count("missed")
    assert late in (2, 3, 4)
    assert states == ["missed"] * late + ["skipped"] * (len(states) - late - 1) + ["done"]
    assert len(called(shop)) == 1
    assert now_ms - called(shop)[0][1] < HOUR_MS
    _step(shop, now_ms)
    assert len(_turns(shop)) == len(states)


def test_a_schedule_goes_on_after_more_times_than_one_step_opens(shop: Shop) -> None:
    members(shop, "ayşe")
    publish(shop, '{schedule: {segment: gold, cron: "* * * * *"}}', hours_ago=18)
    now_ms = clock.now_ms()
    _step(shop, now_ms)
    states = [state for state, _ in _turns(shop)]
    assert len(states) == MOST_TIMES
    assert set(states) == {"missed", "skipped"}, "a later one is caught up, and only that"
    _step(shop, now_ms)
    shop.conn.commit()
    states = [state for state, _ in _turns(shop)]
    assert 1_078 <= len(states) <= 1_080
    assert states[-1] == "done"
    assert called(shop) == [(shop.person("ayşe"), now_ms // 60_000 * 60_000)]


def test_times_before_the_journey_starts_keep_nobody_waiting(shop: Shop) -> None:
    members(shop, "ayşe")
    now_ms = clock.now_ms()
    starts = clock.from_ms(now_ms - 120_000).strftime("%Y-%m-%d %H:%M:%SZ")
    more = f'  starts: "{starts}"\n'
    publish(shop, '{schedule: {segment: gold, cron: "* * * * *"}}', hours_ago=18, more=more)
    _step(shop, now_ms)
    assert [state for state, _ in _turns(shop)] in (["skipped", "done"], ["skipped"] * 2 + ["done"])


def test_a_new_text_of_other_things_leaves_the_schedule_as_it_was(shop: Shop) -> None:
    members(shop, "ayşe")
    at_ms = (clock.now_ms() - HOUR_MS) // 1000 * 1000
    publish(shop, _once(at_ms), hours_ago=2)
    publish(shop, _once(at_ms), more="  priority: 6\n")
    _step(shop, at_ms + 1)
    assert _turns(shop) == [("done", 1)], "it was due before the new version, and still is"


def test_times_of_while_it_was_another_journey_are_not_caught_up(shop: Shop) -> None:
    members(shop, "ayşe")
    publish(shop, '{schedule: {segment: gold, cron: "* * * * *"}}', hours_ago=6)
    publish(shop, "{called: true}", hours_ago=5)
    state.do(shop.conn, "calls", "undo", How(), clock.now(), "ece")
    (mine,) = calling.read(shop.conn, ZONE)
    assert mine.definition.header.trigger.kind == "schedule"
    _step(shop, clock.now_ms())
    assert len(_turns(shop)) <= 1


def test_nobody_is_called_outside_the_time_of_the_journey_or_into_a_stopped_one(shop: Shop) -> None:
    members(shop, "ayşe")
    at_ms = (clock.now_ms() - HOUR_MS) // 1000 * 1000
    publish(shop, _once(at_ms), hours_ago=2, more='  ends: "2020-01-01"\n')
    _step(shop, at_ms + 1)
    assert _turns(shop) == []
    publish(shop, _once(at_ms), hours_ago=2)
    shop.conn.execute("update journey set live_version = null")
    shop.conn.execute("update journey_edition set number = number + 1")
    _step(shop, at_ms + 1)
    assert _turns(shop) == []


def test_a_segment_that_is_gone_is_told(shop: Shop) -> None:
    members(shop, "ayşe")
    now_ms = clock.now_ms()
    publish(shop, _once(now_ms - HOUR_MS), hours_ago=2)
    shop.conn.execute("update segment set state = 'archived'")
    _step(shop, now_ms)
    assert _turns(shop) == [("refused", 0)]
