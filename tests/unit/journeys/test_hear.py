"""The ear: what others say of Kervan's own doings lets nobody in."""

from kervan.journeys.hear import Ear
from kervan.kernel.postgres import Connection
from tests.unit.journeys.shop import VAULT, Shop

TEXT = """
journey:
  key: gift
  name: Gift
  trigger: {called: true}
  exit_on: {event: Left}
  steps: [{key: rest, kind: wait, for: 1 day}, {key: end, kind: exit}]
"""


def test_only_kervan_calls_people(postgres: Connection) -> None:
    """A browser's key is public: anybody could have called herself into any journey."""
    shop = Shop(postgres)
    shop.people([1])
    shop.publish(TEXT)
    for own, heard in ((2, 1), (1, 2)):  # the events are of source 1
        shop.ear = Ear(VAULT, own)
        shop.happen((own, 1, "Journey Called", {"journey": "gift"}), (own, 1, "Left", {}))
        noted = shop.conn.execute("delete from journey_signal returning name").fetchall()
        assert len(noted) == heard
