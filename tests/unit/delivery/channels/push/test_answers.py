"""A message lives as long as it may, and a refusal falls on whom it belongs to."""

from kervan.delivery.channels.push.answers import Standing, seconds_left
from tests.unit.delivery.channels.push.told import NOW, outgoing, pick


def test_a_message_lives_until_it_expires_or_the_service_forgets_it() -> None:
    assert seconds_left(outgoing("x", hours=1), NOW, 10_000) == 3600
    assert seconds_left(outgoing("x", hours=-1), NOW, 10_000) == 0
    assert seconds_left(outgoing("x", hours=500), NOW, 10_000) == 10_000


def test_a_refusal_costs_an_address_only_where_the_secret_was_good() -> None:
    standing = Standing()
    assert pick(standing.refused("403")) == ("deferred", "account", "403")
    standing.accepted()
    assert pick(standing.refused("403")) == ("rejected", "address", "403")
    assert pick(standing.refused("403")) == ("deferred", "account", "403")
    for _ in range(1000):
        standing.accepted()
    lost = [standing.refused("403") for _ in range(1000)]
    assert sum(one.fate.value == "rejected" for one in lost) == 20
