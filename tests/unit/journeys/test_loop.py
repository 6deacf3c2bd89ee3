"""A worker's turns of journeys: what cannot be moved keeps nobody else waiting."""

import pytest

from kervan.journeys.loop import Loop
from kervan.kernel.postgres import REFUSALS, Connection
from tests.unit.journeys.shop import START_MS, VAULT, Shop

_WELCOME = """
journey:
  key: welcome
  name: Welcome
  trigger: {event: Signed Up, where: {property: plan, eq: gold}}
  exit_on: {event: Opted Out}
  steps:
    - {key: day, kind: wait, for: 1 day}
    - {key: end, kind: exit, reason: done}
"""


def test_what_cannot_be_read_keeps_its_own_bucket_waiting_only(postgres: Connection) -> None:
    shop = Shop(postgres)
    shop.people([1, 2, 3])
    shop.publish(_WELCOME)
    shop.happen(*((0, person, "Signed Up", {"plan": "gold"}) for person in (1, 2, 3)))
    broken = "update journey_signal set properties = '{{' where person = 2"
    postgres.execute(broken)
    loop = Loop(postgres, VAULT, "main")
    postgres.commit()
    try:
        with pytest.raises(REFUSALS):
            loop.step(START_MS + 1)
        postgres.rollback()
        assert loop.step_apart(START_MS + 1).moved == 2
        assert [row[0] for row in shop.runs()] == [1, 3]
        # While that bucket rests, the others' usual turns go on.
        shop.happen((5, 1, "Opted Out", {}))
        postgres.commit()
        assert loop.step(START_MS + 10).moved == 1
        postgres.commit()
        waiting = postgres.execute("select person from journey_signal").fetchall()
        assert waiting == [(2,)]
    finally:
        postgres.rollback()
        loop.stop()
        postgres.commit()
