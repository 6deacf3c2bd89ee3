"""A sequence stands for sends and waits, whose ways lead on until somebody reacts."""

from kervan.journeys import parse
from kervan.journeys.duration import DAY, HOUR, Duration
from kervan.journeys.steps.send import Send
from kervan.journeys.steps.sequence import Sequence, Try
from kervan.journeys.steps.step import EventMatch
from kervan.journeys.steps.wait import Wait
from tests.unit.journeys.world import World, book

TEXT = """\
journey:
  key: reach
  name: Reach
  trigger: {event: Signed Up}
  steps:
    - key: try
      kind: sequence
      tries: [{message: hello, channels: [push]}, {message: hello, channels: [sms]}]
      gap: 1 day
      engaged_gap: 4 hours
      next: {reacted: end, tried: end}
    - {key: end, kind: exit}
"""


def test_it_stands_for_plain_steps() -> None:
    nodes = parse.parse(TEXT).nodes
    assert [one.key for one in nodes] == ["try.1", "try.1-wait", "try.2", "try.2-wait", "end"]
    first, wait = nodes[0].step, nodes[1].step
    assert isinstance(first, Send)
    assert first.channels == ["push"]
    assert isinstance(wait, Wait)
    assert (wait.timeout, wait.engaged_timeout) == (DAY, 4 * HOUR)
    assert [one.targets for one in nodes] == [(1,), (4, 2), (3,), (4, 4), ()]
    clicked = wait.listens()[0]
    assert clicked.event == "Message Clicked"
    assert [(one.property, one.eq or one.in_) for one in clicked.where] == [
        ("journey", "reach"),
        ("step", ["try.1", "try.2"]),
    ]


def test_the_author_says_what_a_reaction_is() -> None:
    bought = EventMatch("Order Completed")
    step = Sequence([Try("hello")], stop_on=[bought])
    assert step.expand("try", "reach")[1].step.listens() == [bought]


def test_what_makes_no_sense_is_said() -> None:
    none = Sequence([])
    assert [one[1] for one in none.problems()] == ["journeys.sequence_tries"]
    twice = Sequence([Try("hello", ["sms", "sms"])], engaged_gap=Duration(2 * DAY), stop_on=[])
    assert [one[1] for one in twice.problems()] == [
        "journeys.channel_twice",
        "journeys.sequence_stop_on",
        "journeys.wait_engaged_longer",
    ]


def test_who_reacts_gets_no_second_message() -> None:
    world = World(book(TEXT))
    world.turn([(0, 1, "Signed Up", {}), (0, 2, "Signed Up", {})], 0)
    clicked = {"journey": "reach", "step": "try.1"}
    other = {"journey": "other", "step": "try.1"}
    world.turn([(HOUR, 1, "Message Clicked", clicked), (HOUR, 2, "Message Clicked", other)], HOUR)
    world.turn([], 5 * DAY)
    assert [at for at, word in world.of(1) if word.startswith("message")] == [0]
    # Nothing is known of either: the gap lies in the middle of 4 hours and a day.
    assert [at for at, word in world.of(2) if word.startswith("message")] == [0, 14 * HOUR]
    assert [at for at, word in world.of(1) if word.startswith("left")] == [HOUR]
    assert [at for at, word in world.of(2) if word.startswith("left")] == [28 * HOUR]
