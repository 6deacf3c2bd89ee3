"""What is said of a message belongs to the passage that sent it, in a loop not to the next one."""

from typing import Any

import pytest

from kervan.journeys import receipts
from kervan.journeys.columns import INSIDE, passage
from kervan.journeys.core import decide
from kervan.kernel.postgres import Connection
from tests.unit.journeys.shop import Shop
from tests.unit.journeys.world import HOUR, World, book, signals

_LOOP = """
journey:
  key: loop
  name: Loop
  trigger: {event: Signed Up}
  steps:
    - {key: mail, kind: send, message: hello, on_blocked: exit, next: rest}
    - {key: rest, kind: wait, for: 1 hour, next: mail}
"""
_MAIL = """
journey:
  key: mail
  name: Mail
  trigger: {event: Signed Up}
  steps:
    - key: mail
      kind: send_email
      message: {subject: Hi, mjml: "<mjml><mj-body></mj-body></mjml>"}
    - {key: end, kind: exit}
"""
_BLOCKED = {"run": 1, "step": "mail", "state": "suppressed", "reason": "delivery.capped"}


@pytest.mark.parametrize(
    ("known", "leaves"),
    [
        ({}, True),  # nothing is known any more: as it was taken before
        ({0: (1, passage(1, 0, 3))}, True),
        ({0: (1, passage(1, 0, 1))}, False),
        ({0: (2, passage(1, 0, 1))}, True),  # moved to another version since
    ],
)
def test_a_late_word_of_the_last_message_does_not_answer_for_the_next(
    known: dict[int, tuple[int, bytes]], leaves: bool
) -> None:
    world = World(book(_LOOP))
    world.turn([(0, 1, "Signed Up", {})], 0)
    sent: dict[str, Any] = {"run": 1, "step": "mail", "state": "handed"}
    world.turn([(1, 1, "Message Sent", sent)], HOUR + 1)
    assert (world.runs.step.tolist(), world.runs.visit.tolist()) == ([0], [3])
    late = signals([(2 * HOUR, 1, "Message Suppressed", _BLOCKED)])
    late.passages = known
    runs = decide(world.book, world.runs, late, 0).runs
    assert bool(runs.state[0] != INSIDE) is leaves


def test_a_message_names_the_passage_that_sent_it(postgres: Connection) -> None:
    shop = Shop(postgres)
    shop.people([1])
    shop.publish(_MAIL)
    shop.happen((0, 1, "Signed Up", {}))
    shop.work(1)
    row = postgres.execute("select id, run from message").fetchone()
    assert row is not None
    heard = signals(
        [
            (1, 1, "Message Failed", {"message": str(row[0])}),
            (2, 1, "Message Failed", {"message": "0192f0c1-7a2b-7c3d-8e4f-0123456789ab"}),
            (3, 1, "Message Failed", {"message": [1]}),
            (4, 1, "Signed Up", {"message": str(row[0])}),
        ]
    )
    assert receipts.passages(postgres, heard) == {0: (1, passage(row[1], 0, 1))}
