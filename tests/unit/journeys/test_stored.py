"""Texts that were accepted once: forgiven what is refused by now, or their people are kept."""

import pytest

from kervan.journeys import parse, stored
from kervan.journeys.problem import JourneyNotValid
from kervan.journeys.run import Journeys
from kervan.kernel.postgres import Connection
from tests.unit.journeys.shop import VAULT, Shop

TEXT = """
journey:
  key: old
  name: Old
  trigger: {event: Came}
  steps: [{key: rest, kind: wait, for: 1 day}, {key: end, kind: exit}]
"""
DAY = 86_400_000


@pytest.mark.parametrize(("before", "after"), [
    ("trigger: {event: Came}", "trigger: {event: Message Sent}"),
    ("trigger: {event: Came}", "trigger: {event: Came, where: [{property: a, in: []}]}"),
    ("name: Old", "name: Old\n  colour: red"),
    ("name: Old", "name: Old\n  hold_out: 0.9"),
])  # fmt: skip
def test_what_is_refused_by_now_still_goes_its_way(before: str, after: str) -> None:
    text = TEXT.replace(before, after)
    with pytest.raises(JourneyNotValid):
        parse.parse(text)
    found = stored.read(text)
    assert [node.targets for node in found.nodes] == [(1,), ()]
    assert not stored.is_held(found)


@pytest.mark.parametrize("text", [
    TEXT.replace("kind: wait", "kind: gone"), TEXT.replace("for: 1 day", "for: ever"), "]", "a: 1",
    TEXT.replace("name: Old", "zone: Nowhere/At_All\n  name: Old\n  starts: '2026-01-01'"),
])  # fmt: skip
def test_nonsense_holds_or_reads_and_never_raises(text: str) -> None:
    assert stored.read(text).nodes


def test_people_inside_a_text_that_cannot_be_read_wait_until_it_can(postgres: Connection) -> None:
    shop = Shop(postgres)
    shop.people([1, 2])
    shop.publish(TEXT)
    shop.happen((0, 1, "Came", {}))
    assert shop.work(0).entered == 1
    _rewrite(shop, "kind: wait", "kind: gone")
    shop.happen((5, 2, "Came", {}))
    assert shop.work(2 * DAY).entered == 0
    assert [run[:5] for run in shop.runs()] == [(1, 1, 0, 1, 1)]
    _rewrite(shop, "kind: gone", "kind: wait")
    assert shop.work(3 * DAY).left == 1


def _rewrite(shop: Shop, before: str, after: str) -> None:
    asked = {"before": before, "after": after}
    shop.conn.execute(
        "update journey_version set text = replace(text, %(before)s, %(after)s)", asked
    )
    shop.journeys = Journeys(shop.conn, VAULT)
