"""Several answers about one tree in one statement agree with asking for the people themselves."""

import random

import numpy as np
import pytest
from clickhouse_connect.driver.client import Client

from kervan.segments import ask
from kervan.segments.facts import CHANNELS, consent_key
from kervan.segments.tree import All, Any, Consent, Event, Fact, Nothing, Reach, Text, Trait
from tests.unit.segments import loading, random_people
from tests.unit.segments.random_people import Crowd

_VIEWED = Event(("Product Viewed",))
_LIVES_IN_BAKU = Fact("zone", Text("eq", ("Asia/Baku",)))


@pytest.fixture
def crowd(clickhouse: Client) -> Crowd:
    """Some people with their history, loaded."""
    chance = random.Random(7)
    found = random_people.crowd(chance, 60)
    loading.load(clickhouse, found, chance)
    return found


def test_one_statement_tells_all_of_the_same_people(clickhouse: Client, crowd: Crowd) -> None:
    at_ms = crowd.base_ms
    node = Any((_VIEWED, _LIVES_IN_BAKU))
    others = (_VIEWED, Nothing((node,)), Trait("city", Text("eq", ("Ankara",))))
    told = ask.ask(clickhouse, node, at_ms, ask.Wanted(20, others, "marketing"))
    who = set(ask.members(clickhouse, node, at_ms).tolist())
    assert 20 < len(who) < 60
    assert told.count == len(who) == ask.count(clickhouse, node, at_ms)
    theirs = [set(ask.members(clickhouse, one, at_ms).tolist()) for one in others]
    assert told.overlap == tuple((len(who & one), len(one)) for one in theirs)
    assert told.overlap == ask.overlap(clickhouse, node, others, at_ms)
    assert told.overlap[1] == (0, 60 - len(who))
    assert len(told.sample) == len(set(told.sample)) == 20
    assert set(told.sample) <= who
    assert told.reach == ask.reach(clickhouse, node, at_ms)


def test_reach_is_who_has_an_address_unsuppressed_and_said_yes(
    clickhouse: Client, crowd: Crowd
) -> None:
    at_ms = crowd.base_ms
    for about in (("marketing", "", ""), ("marketing", "news", ""), ("survey", "", "")):
        told = ask.reach(clickhouse, All(()), at_ms, *about)
        for channel in CHANNELS:
            may = [
                one
                for one in crowd.people
                if channel in one["address"]
                and channel not in one["suppressed"]
                and one["consents"].get(consent_key(channel, *about), 0) > at_ms
            ]
            assert told[channel] == len(may)
    may_be_written_to = All((Reach("email"), Consent("email")))
    everybody = ask.reach(clickhouse, All(()), at_ms)
    assert everybody["email"] == ask.count(clickhouse, may_be_written_to, at_ms) > 0


def test_members_are_numbers_that_rise(clickhouse: Client, crowd: Crowd) -> None:
    everybody = ask.members(clickhouse, All(()), crowd.base_ms)
    assert everybody.dtype == np.uint32
    assert everybody.tolist() == [one["person"] for one in crowd.people]
    nobody = ask.members(clickhouse, Any(()), crowd.base_ms)
    assert nobody.dtype == np.uint32
    assert len(nobody) == 0


def test_a_sample_stays_while_others_come_and_go(clickhouse: Client, crowd: Crowd) -> None:
    at_ms = crowd.base_ms
    everybody = ask.sample(clickhouse, All(()), at_ms, 60)
    assert everybody != tuple(sorted(everybody))
    some = ask.members(clickhouse, _VIEWED, at_ms).tolist()
    assert (
        ask.sample(clickhouse, _VIEWED, at_ms, 5)
        == tuple(one for one in everybody if one in some)[:5]
    )


def test_zones_are_those_people_live_in(clickhouse: Client, crowd: Crowd) -> None:
    assert set(ask.zones_of(clickhouse)) == {one["zone"] for one in crowd.people}
    clickhouse.command("TRUNCATE TABLE people")
    assert ask.zones_of(clickhouse) == []
    assert ask.count(clickhouse, All((_VIEWED, _LIVES_IN_BAKU)), crowd.base_ms) == 0
