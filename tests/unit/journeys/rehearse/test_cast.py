"""Who plays: texts that were accepted once are read as they are, paused journeys do not play."""

import pytest
from clickhouse_connect.driver.client import Client

from kervan.journeys.publish import state
from kervan.journeys.rehearse.cast import MINE, cast
from kervan.journeys.rehearse.rehearse import rehearse
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.journeys.rehearse.test_rehearse import BASKET, remember, wanted
from tests.unit.journeys.shop import START_MS, Shop

EFFECTS = """
journey:
  key: effects
  name: Effects
  trigger: {event: Product Added}
  steps:
    - {key: mark, kind: update_profile, set: {seen: true}}
    - {key: end, kind: exit}
"""


def test_steps_that_send_nothing_put_nothing_before_the_gate(
    postgres: Connection, clickhouse: Client, workspace: str
) -> None:
    Shop(postgres).people([1])
    remember(clickhouse, [(60_000, 1, "Product Added", {"price": 5})])
    told = rehearse(postgres, clickhouse, wanted(workspace, EFFECTS))
    assert (told.entered, told.exits, told.outcomes) == (1, {"finished": 1}, [])
    mark = "    - {key: mark, kind: update_profile, set: {seen: true}}\n"
    both = BASKET.replace("  steps:\n", f"  steps:\n{mark}")
    told = rehearse(postgres, clickhouse, wanted(workspace, both))
    assert [(one.step, one.messages) for one in told.outcomes] == [("mail", 1)]


def test_a_stored_text_that_no_reader_understands_is_refused_with_a_sentence(
    postgres: Connection,
) -> None:
    with pytest.raises(KervanError) as refused:
        cast(postgres, "journey: {key: old, steps: 7}", others=False, kept=True)
    assert refused.value.code == "journeys.rehearsal_unreadable"


def test_a_paused_journey_does_not_compete(postgres: Connection) -> None:
    shop = Shop(postgres)
    shop.publish(EFFECTS)
    found = cast(postgres, BASKET, others=True)
    assert [found.key(one) for one in sorted(found.book.versions)] == ["basket", "effects"]
    state.do(postgres, "effects", "pause", state.How(), clock.from_ms(START_MS), "somebody")
    found = cast(postgres, BASKET, others=True)
    assert [found.key(one) for one in sorted(found.book.versions)] == ["basket"]
    assert MINE in found.book.live
