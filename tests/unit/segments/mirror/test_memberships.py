"""ClickHouse has who is in which segment, a moment after PostgreSQL, and says whose are whole."""

from collections.abc import Mapping
from typing import cast

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.segments import ask, tree
from kervan.segments.definitions import store as definitions
from kervan.segments.live import book
from kervan.segments.lower import Core, Kept
from kervan.segments.mirror import erase, memberships
from kervan.segments.tree import All, Any, Node, Nothing, Text, Trait
from tests.unit.segments.shop import Shop

GOLD, BAKU = Trait("plan", Text("eq", ("gold",))), Trait("city", Text("eq", ("Bakı",)))


def _said(shop: Shop, user: str, number: str, **traits: str) -> None:
    told = {"type": "identify", "userId": user, "messageId": number, "traits": traits}
    shop.happen(told)


def _cores(shop: Shop) -> Mapping[int, Core]:
    return {number: one.core for number, one in book.read(shop.conn).entries.items()}


def _members(shop: Shop, core: Core | Kept) -> set[int]:
    return set(ask.members(shop.house.history, core, shop.now_ms).tolist())


def _kept(shop: Shop, key: str) -> set[int]:
    return _members(shop, Kept(definitions.get(shop.conn, key).number))


def test_sets_of_kept_segments_are_those_of_the_people(shop: Shop) -> None:
    shop.make("gold", GOLD)
    shop.make("baku", BAKU)
    for number, (user, plan, city) in enumerate(
        (("a", "gold", "Bakı"), ("b", "gold", "İzmir"), ("c", "free", "Bakı"), ("d", "free", "Van"))
    ):
        _said(shop, user, str(number), plan=plan, city=city)
    shop.copy()
    a, b, c = (shop.person(one) for one in "abc")
    assert _kept(shop, "gold") == shop.inside("gold") == {a, b}
    assert _kept(shop, "baku") == shop.inside("baku") == {a, c}
    gold, baku = (
        cast("Node", Kept(definitions.get(shop.conn, key).number)) for key in ("gold", "baku")
    )
    assert _members(shop, Any((gold, baku))) == {a, b, c}
    assert _members(shop, All((gold, baku))) == {a}
    assert _members(shop, All((gold, Nothing((baku,))))) == {b}
    _said(shop, "a", "9", plan="free", city="Van")
    shop.copy()
    assert (_kept(shop, "gold"), _kept(shop, "baku")) == ({b}, {c})


def test_who_is_erased_does_not_come_back(shop: Shop) -> None:
    shop.make("gold", GOLD)
    _said(shop, "a", "1", plan="gold")
    shop.copy()
    her = shop.person("a")
    shop.conn.execute("delete from membership where person = %s", (her,))
    shop.conn.execute("delete from identifier where person = %s", (her,))
    shop.conn.execute("delete from profile where person = %s", (her,))
    erase.erase(shop.conn, shop.house.history, [her])
    shop.conn.commit()
    memberships.copy(shop.conn, shop.house.history)
    shop.conn.commit()
    rows = shop.house.history.query("SELECT count() FROM memberships").result_rows
    assert rows == [(0,)]
    assert shop.conn.execute("select count(*) from membership_mark").fetchone() == (0,)


def test_a_segment_is_kept_when_all_its_members_have_arrived(shop: Shop) -> None:
    _said(shop, "a", "1", plan="gold")
    shop.make("gold", GOLD)
    number = definitions.get(shop.conn, "gold").number
    cores = _cores(shop)
    assert memberships.kept(shop.conn, cores) == cores
    while shop.loop.step(shop.live, shop.now_ms) or shop.loop.filling:
        pass
    assert memberships.kept(shop.conn, cores) == cores, "filled, but not arrived"
    shop.copy()
    assert memberships.kept(shop.conn, cores) == {number: Kept(number)}
    assert memberships.kept(shop.conn, {number: BAKU}) == {number: BAKU}, "another question"
    for person in range(1, 30):
        shop.conn.execute("insert into membership values (%s, '', 0)", (1_000 + person,))
    assert memberships.kept(shop.conn, cores) == cores, "too far behind"
    shop.copy()
    assert memberships.kept(shop.conn, cores) == {number: Kept(number)}
    shop.make("gold", tree.All((GOLD, BAKU)))
    shop.settle()
    shop.copy()
    assert memberships.kept(shop.conn, cores) == cores, "it asks something else now"
    assert memberships.kept(shop.conn, _cores(shop)) == {number: Kept(number)}


def test_segments_beyond_a_word_have_their_own(clickhouse: Client) -> None:
    people = np.arange(1, 6, dtype=np.uint32)
    clickhouse.command(
        "INSERT INTO people (person, version, zone) SELECT number + 1, 1, 'UTC' FROM numbers(5)"
    )
    words = np.zeros((5, 3), np.uint64)
    words[[0, 3], 0] = 1 << 63
    words[[1, 3], 2] = 1 << 7
    memberships.write(clickhouse, people, words, 1)
    both = cast("tuple[Node, ...]", (Kept(63), Kept(128 + 7)))
    expected = [(Any(both), [1, 2, 4]), (All(both), [4]), (both[0], [1, 4]), (Kept(64), [])]
    for node, who in expected:
        assert ask.members(clickhouse, cast("Core", node), 0).tolist() == who
    memberships.write(clickhouse, people[3:4], np.zeros((1, 3), np.uint64), 2)
    assert ask.members(clickhouse, All(both), 0).tolist() == []
    told = ask.overlap(clickhouse, Any(both), [Kept(63)], 0)
    assert told == ((1, 1),)
