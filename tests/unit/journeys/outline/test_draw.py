"""The outline of a text: its cards, where their ways lead, and what is wrong."""

import pytest

from kervan.journeys import ready
from kervan.journeys.outline.draw import Way, draw
from kervan.kernel import i18n

TEXT = """
journey:
  key: hello
  name: Hello
  trigger: {event: Signed Up, where: {property: plan, eq: gold}}
  goal: {event: Order Completed, within: 2 days}
  steps:
    - {key: greet, kind: send, message: hello}
    - key: look
      kind: wait
      until: {event: Order Completed}
      timeout: 1 day
      next: {matched: bought, timed_out: again}
    - key: again
      kind: sequence
      tries: [{message: one}, {message: two}]
      next: {reacted: bought, tried: bought}
    - {key: bought, kind: exit}
"""


def test_each_written_step_is_a_card_and_ways_lead_to_written_steps() -> None:
    found = draw(TEXT, "en")
    assert [one.key for one in found.cards] == ["greet", "look", "again", "bought"]
    assert [one.kind for one in found.cards] == ["send", "wait", "sequence", "exit"]
    assert found.cards[1].ways == (Way("matched", "bought"), Way("timed_out", "again"))
    assert found.cards[2].ways == (Way("reacted", "bought"), Way("tried", "bought"))
    assert found.cards[3].ways == ()
    assert found.cards[0].line < found.cards[1].line
    assert dict(found.head)["trigger"] == "“Signed Up” · plan is gold"
    assert dict(found.head)["goal"] == "“Order Completed” within 2 days of entering"
    assert found.problems == ()


def test_what_is_wrong_is_said_and_the_rest_is_drawn() -> None:
    found = draw(TEXT.replace("key: hello\n", "key: HELLO !\n"), "tr")
    assert [one.code for one in found.problems] == ["journeys.bad_key"]
    assert len(found.cards) == 4


@pytest.mark.parametrize("text", ["", "journey", "journey: {steps: 3}", "journey: [", "a: &x 1"])
def test_nonsense_has_problems_only(text: str) -> None:
    found = draw(text, "az")
    assert found.cards == ()
    assert found.problems


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_every_journey_of_the_library_is_drawn(locale: str) -> None:
    for one in ready.every():
        found = draw((one.folder / ready.JOURNEY).read_text(encoding="utf-8"), locale)
        assert not found.problems
        keys = {one.key for one in found.cards} | {""}
        assert {way.to for one in found.cards for way in one.ways} <= keys
        assert all(says for _, says in found.head)
        assert all(one.says for one in found.cards)
