"""Whom a broadcast would not reach is counted by reason, and found by the tree of the reason."""

import pytest
from clickhouse_connect.driver.client import Client

from kervan.delivery.broadcasts import act, missed
from kervan.delivery.broadcasts.who import About
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.segments import ask
from kervan.segments.lower import lower
from tests.unit.delivery.broadcasts.shop import Shop

ABOUT = About("marketing", "", "")


@pytest.fixture
def shop(postgres: Connection, clickhouse: Client) -> Shop:
    made = Shop(postgres, clickhouse)
    made.message("news")
    return made


def test_each_of_the_audience_is_reached_or_missed_for_one_reason(shop: Shop) -> None:
    shop.people(4)
    silent = shop.people(3, consenting=False)
    shop.write()
    at_ms = clock.now_ms()
    told = act.count(shop.history, act.asked(shop.conn, "news"), at_ms)
    assert (told.count, told.reach) == (7, {"email": 4})
    counts = {(why.channel, why.reason): count for why, count in told.missed}
    assert counts == {
        ("email", "no_address"): 0, ("email", "suppressed"): 0, ("email", "no_consent"): 3,
        ("", missed.NOTHING_REACHES): 3,
    }  # fmt: skip
    for why, count in told.missed:
        found = ask.members(shop.history, lower(why.who, {}, {}), at_ms).tolist()
        assert len(found) == count
        assert not found or set(found) == set(silent)


def test_of_a_channel_that_nobody_counts_nothing_is_said() -> None:
    assert missed.whys(["inbox"], ABOUT) == []
    reasons = [why.reason for why in missed.whys(["inbox", "sms"], ABOUT)]
    assert reasons == ["no_address", "suppressed", "no_consent", missed.NOTHING_REACHES]
