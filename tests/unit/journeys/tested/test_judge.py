"""Stories are played by the engine's own decisions; what is not as expected is told."""

import pytest

from kervan.journeys import parse
from kervan.journeys.columns import REFUSALS
from kervan.journeys.tested import read, tell
from kervan.journeys.tested.judge import Result, judge
from kervan.journeys.tested.play import CONDITIONS, Letter
from kervan.kernel import i18n
from kervan.kernel.i18n import LOCALES

JOURNEY = """
journey:
  key: coats
  name: Coats
  trigger: {event: Product Viewed, where: [{property: price, gte: 100}]}
  reentry: 2 days
  goal: {event: Order Completed, within: 3 days}
  steps:
    - {key: soon, kind: wait, for: 1 hour}
    - {key: tell, kind: send, message: coats}
    - key: answer
      kind: wait
      until: [{event: Message Clicked, where: [{property: step, eq: tell}]}]
      timeout: 1 day
      next: {matched: yes, timed_out: no}
    - {key: yes, kind: exit, reason: clicked}
    - {key: no, kind: exit, reason: silent}
"""
LETTERS = {"coats": Letter(("push", "email"))}
VIEWED = "- {event: Product Viewed, properties: {price: 200}}"


def _play(story: str, more: str = "{}") -> Result:
    lines = "\n".join(f"        {one.strip()}" for one in story.strip().splitlines())
    text = (
        "tests:\n  journey: journey.yaml\n  cases:\n    - name: One\n"
        f"      person: {more}\n      story:\n{lines}\n"
    )
    (found,) = judge(read.read(text)[0], parse.parse(JOURNEY), LETTERS)
    return found


@pytest.mark.parametrize(("more", "story"), [
    ("{}", f"""{VIEWED}
        - {{pass: 1 hour}}
        - then: {{message: coats, by: push, on: "11:00", stands: answer, messages: [tell]}}
        - {{clicks: tell}}
        - then: {{left: clicked, took: {{answer: matched}}, messages: [], goal: false}}"""),
    ("{channels: [email]}", f"""{VIEWED}
        - {{until: "2026-03-02 11:00"}}
        - then: {{messages: [coats by email], did: [tell]}}
        - {{event: Order Completed}}
        - then: {{left: goal, goal: true}}"""),
    ("{consents: [sms]}", f"""{VIEWED}
        - {{pass: 2 days}}
        - then: {{messages: [], left: silent}}"""),
    ("{}", f"""- {{event: Product Viewed, properties: {{price: 20}}}}
        - then: {{entered: false, because: conditions}}
        {VIEWED}
        - then: {{entered: true}}
        {VIEWED}
        - then: {{entered: false, because: inside}}
        - {{event: Order Completed}}
        {VIEWED}
        - then: {{entered: false, because: reentry}}"""),
])  # fmt: skip
def test_as_expected(more: str, story: str) -> None:
    assert _play(story, more).failures == ()


@pytest.mark.parametrize(("then", "code"), [
    ("{entered: false}", "has_entered"), ("{stands: tell}", "stands"),
    ("{stands: maybe}", "no_step"), ("{message: coats}", "message"),
    ("{messages: [coats]}", "messages"), ("{goal: true}", "goal_missed"),
    ("{left: clicked}", "not_left"), ("{took: {soon: next}}", "not_taken"),
    ("{did: [tell]}", "did_not"),
])  # fmt: skip
def test_not_as_expected(then: str, code: str) -> None:
    found = _play(f"{VIEWED}\n- then: {then}")
    assert [one.code for one in found.failures] == [code]
    assert found.failures[0].line == 8
    for locale in LOCALES:
        said = "\n".join(tell.lines(found, "tests.yaml", locale))
        assert "✗ One  (tests.yaml:4)" in said
        assert "Product Viewed (price: 200)" in said
        assert "journeys." not in said
        assert "{" not in said


def test_after_the_end() -> None:
    wanted = "{left: clicked, stands: soon, took: {answer: matched}}"
    found = _play(f"{VIEWED}\n- pass: 3 days\n- then: {wanted}")
    assert [one.code for one in found.failures] == ["stands_out", "left", "taken"]
    again = _play("- {event: Cart Viewed}\n- {clicks: tell}\n- then: {entered: true}")
    assert [one.code for one in again.failures] == ["nothing_to_react", "not_entered"]


def test_every_refusal_has_its_words() -> None:
    for reason in (CONDITIONS, *REFUSALS.values()):
        for locale in LOCALES:
            assert f"({reason})" in i18n.say(f"journeys.tested_refused_{reason}", locale)


def test_a_step_that_does_something_else_than_send() -> None:
    text = JOURNEY.replace("kind: send, message: coats", "kind: give_coupon, pool: autumn")
    story = (
        "tests:\n  journey: journey.yaml\n  cases:\n    - name: One\n      story:\n"
        f"        {VIEWED}\n        - pass: 1 hour\n"
        "        - then: {did: [tell], messages: [], stands: answer}\n"
    )
    (found,) = judge(read.read(story)[0], parse.parse(text), {})
    assert found.failures == ()
    assert "“tell” does its work" in "\n".join(tell.story(found.told, found.zone, "en"))
