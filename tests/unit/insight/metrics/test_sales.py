"""Orders and the messages they belong to are what a slow reference finds, never more."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from kervan.insight.metrics import period, sales
from kervan.insight.metrics.windows import Windows
from tests.reference import metrics as reference
from tests.unit.insight.metrics.world import RULES, make

Row = tuple[int, int, str, int, str, str, str]


def _rows(found: sales.Sales) -> Counter[Row]:
    def words(one: Any) -> list[str]:
        return [one.words[code] for code in one.codes]

    columns = (
        found.buyer.tolist(), found.placed_ms.tolist(), words(found.currency),
        found.net_minor.tolist(), words(found.channel), words(found.campaign), words(found.step),
    )  # fmt: skip
    return Counter(zip(*columns, strict=True))


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_orders_and_their_messages_are_those_of_the_reference(
    clickhouse: Client, tell: Any, seed: int
) -> None:
    told = make(seed, tell, clickhouse)
    mine = period.of(date(2026, 11, 16), date(2026, 11, 21), "Europe/Istanbul")
    found = sales.read(clickhouse, Windows(), mine.begin_ms, mine.end_ms)
    wanted: list[reference.Order] = [
        one for one in reference.orders(told, RULES)
        if mine.begin_ms <= one.placed_ms < mine.end_ms
    ]  # fmt: skip
    assert _rows(found) == Counter(
        (one.buyer, one.placed_ms, one.currency, one.net_minor, one.channel, one.campaign, one.step)
        for one in wanted
    )
    assert found.caused.any()
    assert not found.caused.all()
    everything = sum(one.net_minor for one in sales.sums(found, found.caused | True).values())
    belonging = sum(
        one.net_minor for one in sales.sums(found, found.caused, found.channel).values()
    )
    assert everything == sum(one.net_minor for one in wanted) >= belonging
    people = Counter(one.buyer for one in wanted if one.buyer)
    twice = sum(count > 1 for count in people.values())
    assert sales.buyers(found, found.caused | True) == (len(people), twice)
