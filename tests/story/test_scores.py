"""Whoever orders is scored within seconds, and a change of her group is an event of hers.

Seconds are printed, not held.
"""

import time
from collections.abc import Callable

from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan, track

_CUSTOMERS = 6
_SCORED = (
    "SELECT rfm_group, life_cycle FROM scores FINAL WHERE rfm_group != '' AND person IN"
    " (SELECT DISTINCT who FROM events WHERE name = 'Order Completed'"
    " AND properties.buyer.:String = {buyer:String})"
)
_TOLD = (
    "SELECT properties.before.:String, properties.group.:String FROM events"
    " WHERE name = 'Segment Group Changed' AND who IN"
    " (SELECT DISTINCT who FROM events WHERE name = 'Order Completed'"
    " AND properties.buyer.:String = {buyer:String})"
)


def _orders(kervan: Kervan, number: int, count: int, round_: str = "first") -> None:
    buyer = f"scored-{number}"
    for k in range(count):
        order = {"order_id": f"{buyer}-{round_}-{k}", "currency": "TRY", "revenue": 10 * number}
        kervan.send(track("Order Completed", buyer, properties={**order, "buyer": buyer}))


def _rows(kervan: Kervan, statement: str, number: int) -> list[tuple[str, str]]:
    client = kervan.history()
    try:
        found = client.query(statement, parameters={"buyer": f"scored-{number}"}).result_rows
    finally:
        client.close()
    return [(str(one), str(other)) for one, other in found]


def _wait(kervan: Kervan, condition: Callable[[], bool]) -> float:
    began = time.monotonic()
    until(condition, lambda: kervan.log[-2000:], PATIENCE_SECONDS)
    return time.monotonic() - began


def test_who_orders_is_scored_and_her_change_is_told(kervan: Kervan) -> None:
    everybody = range(1, _CUSTOMERS + 1)
    for number in everybody:
        _orders(kervan, number, number)
    first = _wait(kervan, lambda: all(_rows(kervan, _SCORED, one) for one in everybody))
    last = _CUSTOMERS
    _wait(kervan, lambda: _rows(kervan, _SCORED, last) == [("champions", "new")])
    ((before, _),) = _rows(kervan, _SCORED, 1)
    assert before != "champions" and _rows(kervan, _TOLD, 1) == []
    _orders(kervan, 1, 12, "second")
    again = _wait(kervan, lambda: bool(_rows(kervan, _TOLD, 1)))
    told = _rows(kervan, _TOLD, 1)
    assert told[0][0] == before and told[0][1] != before
    assert _rows(kervan, _SCORED, 1)[0][0] == told[-1][1]
    print(f"first scores after {first:.1f} s, a change told after {again:.1f} s")
