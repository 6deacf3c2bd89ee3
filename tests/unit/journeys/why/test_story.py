"""The story of a run, made of what `decide` decided, and what kept somebody out."""

from zoneinfo import ZoneInfo

import numpy as np
import pytest

from kervan.journeys.columns import INSIDE, REASONS, REFUSALS
from kervan.journeys.core import decide
from kervan.journeys.decided import keep
from kervan.journeys.decided.read import REFUSED, Decided
from kervan.journeys.decided.rows import Rows
from kervan.journeys.steps.step import NEVER
from kervan.journeys.why import missed, say, story
from kervan.journeys.why.line import Story, Told
from kervan.journeys.why.missed import Came, Door
from kervan.journeys.why.story import Ground, Standing
from kervan.kernel import i18n
from tests.unit.journeys.world import DAY, HOUR, Happening, World, book, signals

START = 1_780_000_000_000
MAIL = "{subject: Hello, mjml: <mjml></mjml>}"
JOURNEY = f"""
journey:
  key: basket
  name: Basket
  trigger: {{event: Product Added, where: [{{property: price, gte: 100}}]}}
  exit_on: {{event: Opted Out}}
  goal: {{event: Order Completed, within: 3 days}}
  steps:
    - {{key: look, kind: wait, until: {{event: Came Back}}, timeout: 1 hour,
       next: {{matched: end, timed_out: mail}}}}
    - {{key: mail, kind: send_email, message: {MAIL}}}
    - {{key: rest, kind: wait, for: 1 day}}
    - {{key: end, kind: exit, reason: done}}
"""
_EXIT_WHEN = "exit_when: {kind: trait, trait: plan, test: {kind: text, op: eq, values: [gold]}}"


def decided(rows: Rows) -> list[Decided]:
    """Rows as history gives them: in the order of one run."""
    found = [
        Decided(
            int(rows.run[i]), int(rows.person[i]), int(rows.version[i]), int(rows.at_ms[i]),
            int(rows.what[i]), int(rows.step[i]), int(rows.visit[i]), int(rows.cause[i]),
            int(rows.exit[i]), int(rows.until[i]), str(rows.reason[i]), str(rows.event[i]),
            rows.event_id[i].tobytes().hex(), int(rows.value_minor[i]), str(rows.currency[i]),
        )
        for i in range(len(rows))
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.at_ms, one.visit, one.what, one.cause))


def _live(happenings: list[Happening], until_ms: int) -> tuple[Told, list[Decided]]:
    world = World(book(JOURNEY))
    given = signals(happenings)
    decisions = decide(world.book, world.runs, given, until_ms)
    runs = decisions.runs
    runs.run[:] = np.arange(1, len(runs) + 1)
    made = decided(keep.read(world.book, decisions, given))
    events = {
        bytes(id_).ljust(16)[:16].hex(): given.properties(i) for i, id_ in enumerate(given.event_id)
    }
    standing = Standing(
        1, 4, world.book.versions[1].definition, int(runs.state[0]), int(runs.step[0]),
        int(runs.entered_ms[0]), int(runs.step_ms[0]), int(runs.due_ms[0]),
    )  # fmt: skip
    mine = [one for one in made if one.run == 1]
    return story.tell(standing, mine, Ground(events)), made


def _said(told: Told, locale: str) -> str:
    return say.say(Story("basket", "Basket", [told], []), locale, "Europe/Istanbul")


def _added(at_ms: int, price: int = 120) -> Happening:
    return (at_ms, 1, "Product Added", {"price": price, "name": "Cup"})


def test_where_she_stands_and_until_when() -> None:
    told, _ = _live([_added(START)], START)
    assert told.is_inside
    assert _said(told, "en").splitlines()[2:] == [
        "2026-05-28 23:26  Entered (version 4) because “Product Added” came"
        " (price: 120, name: Cup).",
        "2026-05-28 23:26  Step “look”: Waits until Came Back, at most 1 hour."
        " Was to wait until 2026-05-29 00:26.",
        "    Now: at the step “look” since 2026-05-28 23:26; goes on at 2026-05-29 00:26,"
        " or as soon as Came Back comes.",
    ]


def test_the_reminder_would_have_gone_had_she_not_come_back() -> None:
    told, _ = _live([_added(START), (START + HOUR // 2, 1, "Came Back", {})], START + DAY)
    text = _said(told, "tr")
    assert "“look” adımı: “Came Back” geldi. Tutulan yol: “gerçekleşti”." in text
    would = "“Came Back” gelmeseydi “mail” adımının mesajı gidecekti."
    assert f"    2026-05-29 00:26 tarihinden önce {would}" in text
    assert text.endswith("Yolculuktan çıktı: sona geldi.")


def test_the_goal_ends_the_wait_and_says_its_worth() -> None:
    order = {"order_id": "A7", "total": 250, "currency": "TRY"}
    bought = (START + 2 * HOUR, 1, "Order Completed", order)
    told, _ = _live([_added(START), bought], START + 9 * DAY)
    text = _said(told, "az")
    assert "Hədəfə çatdı: “Order Completed”, dəyəri" in text and "order_id: A7" in text
    assert "“look” addımı: vaxt bitdi. Tutulan yol: “vaxtında olmadı”." in text
    assert "2026-05-29 00:26 vaxtından əvvəl Came Back gəlsəydi, “end” addımı gələrdi:" in text
    assert "“Order Completed” gəlməsəydi, “end” addımı gələrdi" in text
    codes = [one.code.removeprefix("journeys.") for one in told.lines]
    assert codes == [
        "why_entered", "why_stays_until", "why_due_exit", "would_with", "why_did",
        "why_stays_until", "why_goal_worth", "why_left_by", "would_without",
    ]  # fmt: skip


def test_a_run_that_ended_outside_the_engine_is_told_by_its_state() -> None:
    definition = book(JOURNEY).versions[1].definition
    gone = Standing(1, 1, definition, INSIDE + 4, 0, START, START + 5, NEVER)
    assert [one.code for one in story.tell(gone, [], Ground()).lines] == ["journeys.why_left"]


def _missed(came: list[Came], refused: list[Decided], live_ms: int = START) -> list[str]:
    door = Door(book(JOURNEY).versions[1].definition, live_ms)
    lines = missed.tell(door, came, refused, frozenset())
    return [say.sentence(one, "en", ZoneInfo("UTC")) for one in lines]


def _refusal(event_id: str, reason: str) -> Decided:
    return Decided(
        0, 1, 1, START + 3, REFUSED, 0, 0, 0, 0, 0, reason, "Product Added", event_id, 0, ""
    )


def test_no_such_event_at_all() -> None:
    assert _missed([], []) == [
        "No “Product Added” of this person is in the history."
        " One with this would let the person in: price is at least 100."
    ]


def test_each_event_says_what_it_lacked() -> None:
    came = [
        Came("cc", START + 3, {"price": 400}),
        Came("bb", START + 2, {"price": 40}),
        Came("aa", START + 1, {}),
        Came("99", START - 5, {"price": 101}),
        Came("98", START - 6, {"price": "a lot"}),
    ]
    said = _missed(came, [_refusal("cc", "reentry"), _refusal("00", "nonsense")])
    assert said[:4] == [
        "“Product Added” came (price: 400), but the journey did not yet, or not ever,"
        " let the person in again.",
        "journeys.refused_nonsense (event=Product Added, step=, details=)",
        "“Product Added” came (price: 40), but this was not so: price is at least 100.",
        "“Product Added” came, but said nothing of “price”; this was asked: price is at least 100.",
    ]
    assert said[4].endswith("but the journey takes people only since 2026-05-28 20:26.")
    assert said[5].startswith("“Product Added” came (price: a lot), but this was not so")


def test_calls_into_other_journeys_are_no_answer() -> None:
    start, end = JOURNEY.index("{event: Product Added"), JOURNEY.index("\n  exit_on")
    text = JOURNEY[:start] + "{called: true}" + JOURNEY[end:]
    door = Door(book(text).versions[1].definition, START)
    others = [Came("aa", START + 1, {"journey": "another"})]
    (line,) = missed.tell(door, others, [], frozenset())
    assert line.code == "journeys.missed_never_called"
    (line,) = missed.tell(door, [Came("bb", START + 2, {"journey": "basket"})], [], frozenset())
    assert line.code == "journeys.missed_unknown"


def test_who_is_held_out_is_told_so() -> None:
    definition = book(JOURNEY).versions[1].definition
    ghost = Standing(1, 1, definition, INSIDE, 0, START, START, NEVER, ghost=True)
    entered = Decided(1, 1, 1, START, 1, 0, 1, 0, 0, 0, "", "Product Added", "aa", 0, "")
    told = story.tell(ghost, [entered], Ground())
    assert told.lines[1].code == "journeys.why_held_out"


def test_who_was_moved_to_another_version_is_told_so() -> None:
    old, new = book(JOURNEY).versions[1].definition, book(JOURNEY + "    ").versions[1].definition
    run = Standing(1, 9, new, INSIDE, 2, START, START, NEVER)
    entered = Decided(1, 1, 8, START, 1, 0, 1, 0, 0, 0, "", "Product Added", "aa", 0, "")
    passed = Decided(1, 1, 9, START + 5, 2, 2, 2, 0, -1, 60, "", "", "", 0, "")
    told = story.tell(run, [entered, passed], Ground({}, {}, {8: old, 9: new}, {8: 3, 9: 9}))
    assert told.lines[0].facts["version"] == 3
    assert (told.lines[1].code, told.lines[1].facts) == ("journeys.why_version", {"version": 9})


def test_a_rule_that_ended_the_journey_is_told_as_one() -> None:
    text = JOURNEY.replace("exit_on: {event: Opted Out}", _EXIT_WHEN)
    definition = book(text).versions[1].definition
    (hidden,) = definition.hidden
    run = Standing(1, 1, definition, INSIDE + 2, 0, START, START, NEVER)
    left = Decided(1, 1, 1, START, 4, 0, 1, 0, 0, 0, "exit_event", "Segment Entered", "aa", 0, "")
    told = story.tell(run, [left], Ground({"aa": {"segment": hidden}}))
    (line,) = told.lines
    assert line.words == {"reason": "journeys.left_exit_rule"}


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_every_reason_has_its_sentence(locale: str) -> None:
    keys = [f"journeys.left_{one}" for one in REASONS.values()]
    keys += [f"journeys.refused_{one}" for one in REFUSALS.values()]
    assert all(i18n.say(key, locale) != key for key in keys)


def test_a_journey_that_is_not_live_takes_nobody() -> None:
    assert _missed([Came("cc", START, {"price": 400})], [], NEVER) == [
        "The journey takes nobody now: no version of it is live."
    ]
