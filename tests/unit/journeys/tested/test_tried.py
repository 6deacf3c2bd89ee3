"""A journey is tried with one person on a clock of its own."""

import pytest

from kervan.journeys import parse
from kervan.journeys.tested.facts import Her
from kervan.journeys.tested.play import Letter
from kervan.journeys.tested.read import instant
from kervan.journeys.tested.tried import MOST_TOLD, Later, Tried, Wish, attempt
from kervan.kernel.shaped import NotValid

START = instant("2026-03-02 10:00", "Europe/Istanbul") or 0
HOUR = 3_600_000
TEXT = """
journey:
  key: basket
  name: Basket
  trigger: {event: Product Added, where: [{property: price, gte: 100}]}
  exit_on: {event: Order Completed}
  steps:
    - {key: rest, kind: wait, for: 2 hours}
    - {key: ask, kind: send, message: still-there}
    - {key: look, kind: wait, until: {event: Message Clicked}, timeout: 1 day,
       next: {matched: end, timed_out: end}}
    - {key: end, kind: exit, reason: done}
"""


def _try(wish: Wish, text: str = TEXT) -> Tried:
    return attempt(
        parse.parse(text), {"still-there": Letter(("email",))}, Her("Europe/Istanbul", START), wish
    )


def _told(found: Tried) -> list[str]:
    return [" ".join(str(one.facts.get(name, "")) for name in ("step", "exit")).strip() or one.what
            for one in found.told if one.what != "event"]  # fmt: skip


def test_time_runs_by_itself_until_the_story_is_over() -> None:
    found = _try(Wish(properties={"price": 120}))
    assert (found.stands, found.cut, found.missed) == ("", False, ())
    message = next(one for one in found.told if one.what == "message")
    assert (message.at_ms, message.facts["channel"]) == (START + 2 * HOUR, "email")
    assert found.told[-1].what == "left" and found.end_ms == START + 26 * HOUR
    assert "look timed_out" in _told(found)


def test_what_she_does_later_comes_in_its_order_whatever_the_order_it_was_said_in() -> None:
    later = [Later("3 hours", reaction="clicks", step="ask"), Later("1 hour", event="Page Viewed")]
    found = _try(Wish(properties={"price": 120}, later=later))
    names = [one.facts["event"] for one in found.told if one.what == "event"]
    assert names.index("Page Viewed") < names.index("Message Clicked")
    assert "look matched" in _told(found)
    assert _try(Wish(later=later, properties={"price": 120, "x": 1})).missed == ()
    early = _try(Wish(properties={"price": 120}, later=[Later("", reaction="opens", step="ask")]))
    assert early.missed == (0,), "she had no message yet"


def test_she_reacts_to_the_message_of_a_step_whenever_it_went_out() -> None:
    clicked = _try(Wish(properties={"price": 120}, reactions={"ask": "clicks"}))
    click = next(one for one in clicked.told if one.facts.get("event") == "Message Clicked")
    assert click.at_ms == START + 2 * HOUR + 60_000
    assert click.facts["properties"]["machine"] is False
    assert "look matched" in _told(clicked)
    wish = Wish(properties={"price": 120}, outcomes={"ask": "failed"}, reactions={"ask": "clicks"})
    assert "look timed_out" in _told(_try(wish)), "what failed nobody clicks"


@pytest.mark.parametrize("way", ["a", "b"])
def test_an_experiment_draws_what_is_wished_whether_it_learns_or_not(way: str) -> None:
    for more in ("", ", bandit: true"):
        text = TEXT.replace(
            "    - {key: rest, kind: wait, for: 2 hours}",
            "    - {key: draw, kind: experiment, ways: [{name: a, share: 100}, {name: b, share: 0}]"
            f"{more}, next: {{a: ask, b: end}}}}",
        )
        found = _try(Wish(properties={"price": 120}, ways={"draw": way}), text)
        assert f"draw {way}" in _told(found)


def test_who_does_not_enter_is_told_why_and_the_clock_stops() -> None:
    found = _try(Wish(properties={"price": 20}))
    assert [one.what for one in found.told] == ["event", "refused"]
    assert (found.stands, found.end_ms) == ("", START)


def test_the_clock_stops_where_she_still_waits_and_a_story_has_an_end() -> None:
    found = _try(Wish(properties={"price": 120}, days=1))
    assert (found.stands, found.end_ms) == ("look", START + 24 * HOUR)
    often = [Later("1 hour", event="Page Viewed")] * (MOST_TOLD + 5)
    many = _try(Wish(properties={"price": 120}, later=often))
    assert many.cut and len(many.told) == MOST_TOLD


def test_a_journey_that_is_called_or_written_to_is_begun_as_its_trigger_says() -> None:
    for trigger in ("{called: true}", "{message: {keywords: [kargo]}}", "{segment_entered: vip}"):
        text = TEXT.replace("{event: Product Added, where: [{property: price, gte: 100}]}", trigger)
        assert _told(_try(Wish(), text))[0] == "entered", trigger


def test_what_is_no_length_is_said_with_its_place() -> None:
    with pytest.raises(NotValid) as refused:
        _try(Wish(later=[Later("1 hour", event="A"), Later("soon", event="B")]))
    assert [one.path for one in refused.value.problems] == ["/later/1/after"]
