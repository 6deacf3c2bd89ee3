"""What steps ask is answered from both engines, each person at her own time."""

import threading

import numpy as np

from kervan.collect import store as collected
from kervan.history import write
from kervan.journeys import rule
from kervan.journeys.facts import shares
from kervan.journeys.facts.live import LiveFacts
from kervan.journeys.facts.shares import Learnt
from kervan.journeys.steps.step import NEVER
from kervan.kernel import clickhouse, clock, postgres
from kervan.segments import tree
from kervan.segments.tree import Event, Number
from kervan.segments.zones import DAY_MS
from tests.conftest import Urls
from tests.unit.segments.shop import Shop

BUYERS = Event(("Order Completed",), test=Number("gte", 1))


def _bought(number: str, user: str, at: str) -> dict[str, object]:
    return {"type": "track", "event": "Order Completed", "userId": user, "messageId": number,
            "timestamp": at, "properties": {"order_id": number}}  # fmt: skip


def _iso(at_ms: int) -> str:
    return clock.from_ms(at_ms).isoformat().replace("+00:00", "Z")


def test_each_is_asked_at_her_own_time(shop: Shop, facts: LiveFacts) -> None:
    now_ms = clock.now_ms()
    shop.make("buyers", BUYERS)
    shop.happen(_bought("1", "ayşe", _iso(now_ms - 60_000)), _bought("2", "can", _iso(now_ms)))
    her, him = shop.person("ayşe"), shop.person("can")
    person = np.array([her, him, her, 4_000_000_000 % 2**31])
    at_ms = np.array([now_ms - 30_000, now_ms - 30_000, now_ms - 90_000, now_ms])
    for asked in (rule.of(BUYERS), rule.member("buyers", inside=True)):
        assert facts.meets(asked, person, at_ms).tolist() == [True, False, False, False]
    assert not facts.meets(rule.member("gone", inside=True), person, at_ms).any()
    shop.make("buyers", tree.Nothing((BUYERS,)))  # another question from now on
    met = facts.meets(rule.member("buyers", inside=True), person, at_ms)
    assert met.tolist() == [False, True, True, False]


def test_zones_dates_and_readiness(shop: Shop, facts: LiveFacts) -> None:
    born = {"birthday": "1992-02-29", "renewal": "2026-12-31"}
    shop.happen(
        {"type": "identify", "userId": "ayşe", "messageId": "1",
         "traits": {**born, "timezone": "Asia/Baku"}},
        {"type": "identify", "userId": "can", "messageId": "2", "traits": {"city": "İzmir"}},
    )  # fmt: skip
    person = np.array([shop.person("ayşe"), shop.person("can")])
    at_ms = np.array([1_795_000_000_000] * 2)  # November 2026
    assert list(facts.zones(person, at_ms)) == ["Asia/Baku", "Europe/Istanbul"]
    day = facts.dates("birthday", person, at_ms)
    assert day[0] == int(np.datetime64("2027-02-28", "D").astype(np.int64))
    assert day[1] == NEVER
    renewal = facts.dates("renewal", person, at_ms)
    assert renewal.tolist() == [int(np.datetime64("2026-12-31", "D").astype(np.int64)), NEVER]
    assert facts.engaged(person, at_ms).tolist() == [0.5, 0.5]
    best = facts.best(person, at_ms, (600, 720))
    assert ((best >= at_ms) & (best < at_ms + DAY_MS)).all()


def test_shares_hold_from_their_time_on(shop: Shop, facts: LiveFacts) -> None:
    ways = ["a", "b"]
    at_ms = np.array([999, 1_000, 2_500])
    assert np.isnan(facts.shares("j/e", ways, at_ms)).all()
    shares.keep(shop.conn, "j/e", Learnt(1_000, {"b": 30.0, "a": 70.0}, {"a": (10, 3)}))
    shares.keep(shop.conn, "j/e", Learnt(2_000, {"a": 0.0, "b": 100.0}, {}, won="b"))
    told = facts.shares("j/e", ways, at_ms)
    assert np.isnan(told[0]).all()
    assert told[1:].tolist() == [[70.0, 30.0], [0.0, 100.0]]
    assert np.isnan(facts.shares("j/e", ["a", "c"], at_ms)).all()  # another version's ways
    last = shares.last(shop.conn, "j/e")
    assert last is not None
    assert (last.won, last.at_ms) == ("b", 2_000)


def test_it_waits_until_history_has_what_was_processed(
    shop: Shop, engines_urls: Urls, workspace: str
) -> None:
    now_ms = clock.now_ms()
    shop.happen(_bought("1", "ayşe", _iso(now_ms)))
    person = np.array([shop.person("ayşe")])
    twice = rule.of(Event(("Order Completed",), test=Number("gte", 2)))
    shop.house.take(_bought("2", "ayşe", _iso(now_ms)))
    block = shop.house.processor.step()
    assert block is not None
    shop.conn.commit()  # processed, and not in history yet
    shop.copy()
    number = collected.workspace_id(shop.conn, workspace)
    met: list[bool] = []

    def ask() -> None:
        with postgres.connect(engines_urls.postgres, workspace=workspace) as conn:
            client = clickhouse.connect(engines_urls.clickhouse, engines_urls.database)
            patient = LiveFacts(conn, client, number, "UTC", longest_seconds=60)
            met.extend(patient.meets(twice, person, np.array([now_ms])).tolist())

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join(0.5)
    assert asking.is_alive()
    write.insert(shop.house.history, block.block, block.id)
    collected.finish(shop.conn, [block.id])
    shop.conn.commit()
    asking.join(60)
    assert met == [True]
