"""Publishing over people who are inside, and pausing, resuming, stopping, undoing: on real rows."""

import threading

import pytest

from kervan.journeys import apply
from kervan.journeys.problem import JourneyNotValid
from kervan.journeys.publish import deeds, state
from kervan.journeys.publish.carry import Choice
from kervan.journeys.publish.state import Deed, How
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES
from kervan.kernel.postgres import Connection, connect
from tests.unit.journeys.shop import START_MS, Shop
from tests.unit.journeys.test_run import HOUR, MJML

TEXT = f"""
journey:
  key: tea
  name: Tea
  trigger: {{event: Product Added}}
  exit_on: {{event: Opted Out}}
  steps:
    - {{key: first, kind: wait, until: {{event: Came Back}}, timeout: 10 hours,
        next: {{matched: mail, timed_out: mail}}}}
    - key: mail
      kind: send_email
      message: {{subject: Hello, mjml: "{MJML}"}}
    - {{key: last, kind: wait, for: 10 hours}}
    - {{key: end, kind: exit}}
"""
SHORTER = TEXT.replace("timeout: 10 hours", "timeout: 2 hours")
WITHOUT = TEXT.replace("    - {key: last, kind: wait, for: 10 hours}\n", "")


@pytest.fixture
def shop(postgres: Connection) -> Shop:
    made = Shop(postgres)
    made.people([1, 2, 3])
    made.publish(TEXT)
    made.happen((0, 1, "Product Added", {}), (2 * HOUR, 2, "Product Added", {}))
    made.work(2 * HOUR)
    return made


def _publish(shop: Shop, text: str, after_ms: int, choice: Choice) -> apply.Plan:
    return apply.apply(shop.conn, text, clock.from_ms(START_MS + after_ms), choice=choice)


def _do(shop: Shop, deed: Deed, after_ms: int, how: How | None = None) -> state.Touched:
    at = clock.from_ms(START_MS + after_ms)
    return state.do(shop.conn, "tea", deed, how or How(), at, "oya")


def _steps(shop: Shop) -> list[tuple[int, int, int | None]]:
    """(step, state, due in hours) by person."""
    return [(one[2], one[4], one[5] and one[5] // HOUR) for one in shop.runs()]


def _code(act: object) -> str:
    assert callable(act)
    with pytest.raises(KervanError) as caught:
        act()
    for locale in LOCALES:
        assert "journeys." not in caught.value.say(locale)
    return caught.value.code


def test_those_inside_stay_or_keep_or_count_anew(shop: Shop) -> None:
    planned = apply.plan(shop.conn, SHORTER, at_ms=START_MS + 3 * HOUR)
    [head] = planned.heads
    assert (head.step, head.standing, head.to) == ("first", 2, "first")
    stay, keep, anew = (head.ahead[one] for one in ("stay", "keep", "recompute"))
    assert (stay.at_once, stay.waiting, keep.at_once, keep.waiting) == (0, 2, 0, 2)
    assert (anew.at_once, anew.waiting) == (1, 1)
    assert anew.first_ms == START_MS + 4 * HOUR
    for locale in LOCALES:
        assert "journeys." not in planned.say(locale)
    _publish(shop, SHORTER, 3 * HOUR, Choice("keep"))
    shop.work(3 * HOUR)
    assert _steps(shop) == [(0, 1, 10), (0, 1, 12)]
    assert {one[1] for one in shop.runs()} == {2}
    _publish(shop, SHORTER + "# again\n", 3 * HOUR, Choice("recompute"))
    shop.work_all(3 * HOUR)
    assert _steps(shop) == [(2, 1, 13), (0, 1, 4)], "the first one's time was up an hour ago"
    assert [one[:2] for one in shop.messages()] == [(1, "mail")]
    assert shop.messages()[0][3] == 3 * HOUR, "nothing happens before the publication"


def test_whoever_stays_ends_on_the_version_she_entered(shop: Shop) -> None:
    _publish(shop, SHORTER, 3 * HOUR, Choice())
    shop.happen((3 * HOUR, 3, "Product Added", {}))
    shop.work(3 * HOUR)
    assert [(one[1], one[5]) for one in shop.runs()] == [
        (1, 10 * HOUR), (1, 12 * HOUR), (2, 5 * HOUR)
    ]  # fmt: skip


def test_deleting_a_step_asks_where_its_people_go(shop: Shop) -> None:
    shop.work(11 * HOUR)
    assert _steps(shop) == [(2, 1, 20), (0, 1, 12)]
    [gone] = [one for one in apply.plan(shop.conn, WITHOUT).heads if one.step == "last"]
    assert (gone.to, gone.ahead["keep"].stays) == ("", 1)
    silent = Choice("keep")
    assert _code(lambda: _publish(shop, WITHOUT, 11 * HOUR, silent)) == "journeys.gone_unanswered"


def test_people_of_a_deleted_step_go_to_another_or_out(shop: Shop) -> None:
    shop.work(11 * HOUR)
    wrong = Choice("keep", {"last": "nowhere"})
    assert _code(lambda: _publish(shop, WITHOUT, 11 * HOUR, wrong)) == "journeys.gone_unknown"
    _publish(shop, WITHOUT, 11 * HOUR, Choice("keep", {"last": "mail"}))
    shop.work_all(11 * HOUR)
    assert [one[:2] for one in shop.messages()] == [(1, "mail"), (1, "mail")]
    assert _steps(shop)[0][:2] == (2, 2)
    _publish(shop, TEXT.replace("first", "begin"), 11 * HOUR, Choice("keep", {"first": "exit"}))
    shop.work_all(11 * HOUR)
    assert _steps(shop)[1][1] == 2
    left = [one[3] for one in shop.own_events() if one[1] == "Journey Exited"]
    assert left[-1]["outcome"] == "step_removed"
    assert shop.left() == {"finished": 1, "step_removed": 1}


def test_a_pause_holds_people_before_their_next_step_and_lets_exits_act(shop: Shop) -> None:
    touched = _do(shop, "pause", 3 * HOUR)
    assert (touched.inside, touched.timed) == (2, 2)
    shop.happen((3 * HOUR, 3, "Product Added", {}), (4 * HOUR, 2, "Opted Out", {}))
    shop.work_all(11 * HOUR)
    assert _steps(shop) == [(4 + 1, 1, None), (0, 3, None)]
    assert shop.messages() == []
    _do(shop, "resume", 30 * HOUR, How(spread_seconds=3600))
    shop.work_all(30 * HOUR)
    [(step, inside, _), _] = _steps(shop)
    assert (step, inside) in {(4 + 1, 1), (2, 1)}
    shop.work_all(31 * HOUR)
    assert len(shop.messages()) == 1
    assert 30 * HOUR <= shop.messages()[0][3] < 31 * HOUR


def test_a_pause_may_stop_the_time(shop: Shop) -> None:
    _do(shop, "pause", 3 * HOUR, How(timers="stop"))
    shop.work_all(20 * HOUR)
    assert _steps(shop) == [(0, 1, None), (0, 1, None)]
    _do(shop, "resume", 23 * HOUR)
    shop.work_all(23 * HOUR)
    assert _steps(shop) == [(0, 1, 30), (0, 1, 32)], "each waits for what was left"
    assert shop.conn.execute("select count(*) from journey_held").fetchone() == (0,)


def test_people_may_be_moved_while_time_stands_still(shop: Shop) -> None:
    _do(shop, "pause", 3 * HOUR, How(timers="stop"))
    shop.work(3 * HOUR)
    _publish(shop, TEXT.replace("timeout: 10 hours", "timeout: 8 hours"), 4 * HOUR,
             Choice("recompute"))  # fmt: skip
    shop.work_all(20 * HOUR)
    assert _steps(shop) == [(0, 1, None), (0, 1, None)]
    _do(shop, "resume", 23 * HOUR)
    shop.work_all(23 * HOUR)
    assert _steps(shop) == [(0, 1, 28), (0, 1, 30)]


def test_a_publication_is_taken_back(shop: Shop) -> None:
    _publish(shop, SHORTER, 3 * HOUR, Choice())
    shop.happen((3 * HOUR, 3, "Product Added", {}))
    shop.work(3 * HOUR)
    undone = _do(shop, "undo", 4 * HOUR, How(choice=Choice("recompute")))
    assert (undone.before, undone.number, undone.inside) == (2, 1, 1)
    shop.work(4 * HOUR)
    assert [one[1] for one in shop.runs()] == [1, 1, 1]
    assert _steps(shop)[2] == (0, 1, 13)
    assert _code(lambda: _do(shop, "undo", 5 * HOUR)) == "journeys.nothing_to_undo"
    assert apply.plan(shop.conn, SHORTER).number == 3
    assert [(one.deed, one.version, one.before) for one in deeds.listed(shop.conn, "tea")] == [
        ("undo", 1, 2), ("publish", 2, 1), ("publish", 1, None)
    ]  # fmt: skip


def test_the_second_of_two_who_publish_is_told(shop: Shop) -> None:
    at = clock.from_ms(START_MS)
    apply.apply(shop.conn, SHORTER, at, expected=1)
    late = _code(lambda: apply.apply(shop.conn, WITHOUT, at, expected=1))
    assert late == "journeys.published_meanwhile"
    assert _code(lambda: _do(shop, "pause", 0, How(expected=1))) == late


def test_a_stop_lets_everybody_go_and_cancels_what_is_queued(shop: Shop) -> None:
    shop.work(10 * HOUR)
    touched = _do(shop, "stop", 10 * HOUR)
    assert (touched.inside, touched.queued, touched.number) == (2, 1, 0)
    shop.work_all(10 * HOUR)
    assert {one[1] for one in _steps(shop)} == {5}
    assert shop.messages()[0][2] == 7
    assert _code(lambda: _do(shop, "pause", 10 * HOUR)) == "journeys.not_live"
    for locale in LOCALES:
        assert "journeys." not in touched.say(locale)


def test_who_leaves_by_a_stop_is_not_carried_on_by_a_publication_right_after_it(shop: Shop) -> None:
    _do(shop, "pause", 3 * HOUR, How(timers="stop"))
    shop.work_all(3 * HOUR)
    _do(shop, "stop", 3 * HOUR)
    assert _publish(shop, SHORTER, 3 * HOUR, Choice("keep")).inside == 0
    shop.work_all(3 * HOUR)
    assert {one[1] for one in _steps(shop)} == {5}
    assert shop.conn.execute("select count(*) from journey_held").fetchone() == (0,)


def test_who_publishes_while_another_does_begins_from_what_he_left(
    postgres_url: str, workspace: str
) -> None:
    at, told = clock.from_ms(START_MS), list[str]()
    with (
        connect(postgres_url, workspace=workspace) as one,
        connect(postgres_url, workspace=workspace) as other,
    ):
        apply.apply(one, TEXT, at)
        one.commit()
        apply.apply(one, SHORTER, at, expected=1)

        def late() -> None:
            try:
                apply.apply(other, WITHOUT, at, expected=1)
            except KervanError as error:
                told.append(f"{error.code} {error.params['now']}")
            other.rollback()
            apply.apply(other, WITHOUT, at)
            other.commit()

        thread = threading.Thread(target=late)
        thread.start()
        until_waiting(one)
        one.commit()
        thread.join(timeout=30)
        assert told == ["journeys.published_meanwhile 2"]
        found = [(one.version, one.before) for one in deeds.listed(one, "tea")]
        assert found == [(3, 2), (2, 1), (1, None)]


def until_waiting(conn: Connection) -> None:
    """Until somebody waits for a lock of ours."""
    asked, end = "select count(*) from pg_locks where not granted", clock.monotonic() + 60
    while conn.execute(asked).fetchone() == (0,) and clock.monotonic() < end:
        clock.sleep(0.01)


def test_an_undo_goes_back_to_a_text_that_would_be_refused_by_now(shop: Shop) -> None:
    _publish(shop, SHORTER, 3 * HOUR, Choice())
    _rewrite(shop, "trigger: {event: Product Added}", "trigger: {event: Message Sent}")
    assert _do(shop, "undo", 4 * HOUR).number == 1
    _publish(shop, SHORTER, 5 * HOUR, Choice())
    _rewrite(shop, "kind: wait", "kind: gone")
    at = clock.from_ms(START_MS + 6 * HOUR)
    with pytest.raises(JourneyNotValid) as caught:
        state.plan(shop.conn, "tea", "undo", How(), at)
    codes = [one.code for one in caught.value.problems]
    assert "journeys.unknown_step" in codes, "nobody could be moved"


def _rewrite(shop: Shop, before: str, after: str) -> None:
    """Let the first version's text be one that another Kervan accepted."""
    shop.conn.execute(
        "update journey_version set text = replace(text, %(before)s, %(after)s) where number = 1",
        {"before": before, "after": after},
    )
