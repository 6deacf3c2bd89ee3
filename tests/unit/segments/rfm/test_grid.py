"""The grid counts who is in each cell, what they paid, and the same of a month before."""

import itertools
from collections.abc import Mapping

import numpy as np

from kervan.segments.rfm import grid, score
from kervan.segments.tree import All, Any, Fact, Node, Number
from tests.unit.segments.rfm.test_refresh import AT_MS, ZONE, Shop, shop

__all__ = ["shop"]


def _meets(node: Node, scores: Mapping[str, int]) -> bool:
    match node:
        case All():
            return all(_meets(one, scores) for one in node.of)
        case Any():
            return any(_meets(one, scores) for one in node.of)
        case Fact(fact=fact, test=Number() as test):
            high = test.high if test.op == "between" and test.high is not None else test.value
            return test.value <= scores[fact] <= high
    raise AssertionError(node)


def test_each_customer_meets_the_rule_of_her_cell_alone() -> None:
    fifths = range(1, grid.SIDE + 1)
    rules = {(r, w): grid.rule(r, w) for r in fifths for w in fifths}
    for recency, frequency, monetary in itertools.product(fifths, repeat=3):
        named = ("rfm_recency", "rfm_frequency", "rfm_monetary")
        scores = dict(zip(named, (recency, frequency, monetary), strict=True))
        one = [np.array([value], np.uint8) for value in scores.values()]
        (worth,) = score.worth(one[1], one[2]).tolist()
        (place,) = score.groups(*one).tolist()
        assert [cell for cell, rule in rules.items() if _meets(rule, scores)] == [(recency, worth)]
        assert score.group_of(recency, worth) == score.GROUPS[place]


def test_cells_have_their_people_their_money_and_their_month_before(shop: Shop) -> None:
    empty = grid.grid(shop.conn, shop.client, ZONE, AT_MS)
    assert len(empty.cells) == 25 and empty.edges is None
    assert {(one.count, one.before) for one in empty.cells} == {(0, None)}
    shop.people(*range(1, 11))
    for person in range(1, 11):
        for order in range(person):
            shop.did(person, 10 * person + order / 10, minor=100, order=f"{person}-{order}")
    shop.run()
    found = grid.grid(shop.conn, shop.client, ZONE, AT_MS)
    assert sum(one.count for one in found.cells) == 10
    assert sum(one.revenue_minor for one in found.cells) == 100 * sum(range(1, 11))
    # Thirty days ago the three who came since had not ordered yet.
    assert sum(one.before or 0 for one in found.cells) == 8
    scored = shop.scores()
    for cell in found.cells:
        mine = [row for row in scored.values() if row[3] == cell.group and row[0] == cell.recency]
        assert cell.count <= len(mine)
    assert found.currency == "TRY" and found.edges is not None
