"""A timeline holds what was done under every atom and in every visit, once, in one order."""

import random

import pytest
from clickhouse_connect.driver.client import Client

from kervan.history import read
from tests.unit.history.telling import AT_MS, tell

_MINUTE = 60_000


def _visits(*ends: tuple[int, int, int]) -> list[tuple[int, int, int]]:
    return [(number, AT_MS + first, AT_MS + last) for number, first, last in ends]


def _walk(
    client: Client, people: list[int], visits: list[tuple[int, int, int]], limit: int
) -> list[read.Happening]:
    found: list[read.Happening] = []
    after = read.LATEST
    while True:
        piece = read.timeline(client, people, visits, limit=limit, after=after)
        found += piece
        if len(piece) < limit:
            return found
        after = piece[-1].place


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_pieces_hold_each_event_once(clickhouse: Client, limit: int) -> None:
    chance = random.Random(5)
    hers = list(range(1, 12))
    facts = [(chance.choice([*hers, 50, 51]), 0, chance.randrange(5)) for _ in range(24)]
    facts += [(0, chance.choice([7, 8, 9]), chance.randrange(5)) for _ in range(12)]
    ids = tell(clickhouse, *facts)
    wanted = {
        one for one, fact in zip(ids, facts, strict=True) if fact[0] in hers or fact[1] in (7, 8)
    }
    found = _walk(clickhouse, hers, _visits((8, 0, 4), (7, 0, 4)), limit)
    assert len(found) == len(wanted)
    assert {one.event_id for one in found} == wanted
    order = [(-one.at_ms, one.event_id) for one in found]
    assert order == sorted(order)
    assert read.count(clickhouse, hers, [7, 8]) == len(wanted)


def test_many_visits_are_looked_through_as_far_as_a_piece_goes(clickhouse: Client) -> None:
    # More than are asked for at once; a long old visit ends later than it begins.
    facts = [(0, 1000 + i, i * 10 * _MINUTE) for i in range(100)] + [(0, 1, 0), (3, 0, _MINUTE)]
    ids = tell(clickhouse, *facts)
    visits = _visits(*((1000 + i, i * 10 * _MINUTE, i * 10 * _MINUTE) for i in range(100)))[::-1]
    visits += _visits((1, 0, 2 * _MINUTE))
    assert {one.event_id for one in _walk(clickhouse, [3], visits, 9)} == set(ids)
    newest = read.timeline(clickhouse, [3], visits, limit=2)
    assert [one.event_id for one in newest] == [ids[99], ids[98]]


def test_somebody_without_a_past_has_none(clickhouse: Client) -> None:
    assert read.timeline(clickhouse, [4], []) == []
    assert read.count(clickhouse, [4], []) == 0
