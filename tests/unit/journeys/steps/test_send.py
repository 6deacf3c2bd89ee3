"""A send goes on at once, or waits for what became of its own message."""

import pytest

from kervan.journeys import match
from kervan.journeys.duration import DAY
from kervan.journeys.steps.send import Send
from kervan.journeys.steps.step import DUE, LEAVE, MATCH, NEVER, STAY, Mine
from tests.unit.journeys.steps.asked import before
from tests.unit.journeys.world import World, book

TEXT = """\
journey:
  key: hello
  name: Hello
  trigger: {event: Signed Up}
  steps:
    - {key: mail, kind: send, message: hello, on_blocked: branch, next: {next: end, blocked: out}}
    - {key: end, kind: exit, reason: sent}
    - {key: out, kind: exit, reason: blocked}
"""
PLAIN = Send("hello")
RULED = Send("hello", on_blocked="branch", on_failed="exit", on_unreachable="branch")


def outcome(step: Send, name: str, **properties: object) -> int | None:
    """By which exit she goes on after this event of her message; None when she waits on."""
    for number, one in enumerate(step.listens()):
        assert isinstance(one, Mine)
        if one.event == name and match.evaluate(one.where, [properties])[0]:
            return before(step, [5], cause=MATCH, which=number)[0][0]
    return None


def test_without_rules_everybody_goes_on_at_once() -> None:
    assert before(PLAIN, [5, 6]) == ([0, 0], [NEVER, NEVER], [True, True])
    assert PLAIN.listens() == []
    assert PLAIN.exits() == ("next",)


def test_who_waits_is_sent_the_message_once() -> None:
    exits, due, intended = before(RULED, [5])
    assert (exits, intended) == ([STAY], [True])
    assert due == [5 + 8 * DAY]  # the message lives a day, its receipts come within seven more
    assert before(RULED, [9], cause=DUE) == ([0], [NEVER], [False])


@pytest.mark.parametrize(
    ("name", "state", "reason", "exit_"),
    [
        ("Message Sent", "accepted", "", 0),
        ("Message Delivered", "delivered", "", 0),
        ("Message Suppressed", "ghost", "delivery.held_out", 0),
        ("Message Failed", "unknown", "delivery.in_doubt", 0),
        ("Message Sent", "handed", "", None),  # a failure may still come
        ("Message Suppressed", "suppressed", "delivery.no_consent", 1),
        ("Message Suppressed", "expired", "delivery.expired", 1),
        ("Message Failed", "failed", "smtp.550", LEAVE),
        ("Message Suppressed", "suppressed", "delivery.no_address", 2),
        ("Message Suppressed", "suppressed", "delivery.address_suppressed", 2),
    ],
)
def test_each_outcome_has_its_way(name: str, state: str, reason: str, exit_: int | None) -> None:
    assert RULED.exits() == ("next", "blocked", "unreachable")
    assert outcome(RULED, name, state=state, reason=reason) == exit_


def test_what_is_handed_over_is_enough_where_failures_do_not_matter() -> None:
    step = Send("hello", on_blocked="exit")
    assert outcome(step, "Message Sent", state="handed") == 0
    assert outcome(step, "Message Suppressed", state="suppressed", reason="x") == LEAVE
    assert (
        outcome(step, "Message Suppressed", state="suppressed", reason="delivery.no_address") == 0
    )


def test_only_the_runs_own_message_moves_it() -> None:
    world = World(book(TEXT))
    world.turn([(0, 1, "Signed Up", {}), (0, 2, "Signed Up", {})], 0)
    mine = {"run": 1, "step": "mail", "state": "suppressed", "reason": "delivery.cap_reached"}
    end = "Message Suppressed"
    world.turn([(5, 1, end, {**mine, "run": 2}), (6, 1, end, {**mine, "step": "other"})], 9)
    assert [word for _, word in world.of(1)] == ["entered", "message"]
    world.turn([(7, 1, end, mine)], 9)
    assert world.runs.step.tolist() == [2, 0]
    world.turn([], 8 * DAY)
    assert world.runs.step.tolist() == [2, 1]  # what nobody ever told of counts as sent
