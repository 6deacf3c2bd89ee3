"""The API rehearses a journey; people are told of only to those who may see people."""

import json
from typing import Any

from kervan.kernel import clock
from tests.unit.journeys.rehearse.test_rehearse import BASKET, give_addresses, remember
from tests.unit.journeys.shop import START_MS, Shop
from tests.unit.web.api.test_consents import place
from tests.unit.web.visiting import Place, Visitor

__all__ = ["place"]
DAY = 86_400_000


def _ask(who: Visitor, **more: object) -> tuple[int, Any]:
    begin, end = (clock.from_ms(START_MS + day * DAY).isoformat() for day in (0, 3))
    asked = json.dumps({"journey": BASKET, "from": begin, "to": end, **more}).encode()
    answer = who.ask("POST", "/v1/rehearsals", asked, content_type="application/json")
    return answer.status, json.loads(answer.text)


def test_a_journey_is_rehearsed_for_those_who_may_read_journeys(place: Place) -> None:
    with place.connect() as conn, conn.transaction():
        Shop(conn).people([101, 102])
        give_addresses(conn, range(101, 103))
    rows: list[Any] = [(0, one, "Product Added", {"price": 5}) for one in (101, 102)]
    remember(place.house.history, rows)
    owner = place.session(place.user("owner@shop.test", "owner"))
    status, told = _ask(owner)
    assert status == 200, told
    assert (told["entered"], told["exits"]) == (2, {"no answer": 2})
    assert [(one["channel"], one["state"], one["messages"]) for one in told["outcomes"]] == [
        ("email", "sent", 2)
    ]
    assert len(told["sample"]) == 2
    assert _ask(owner, to="2999-01-01T00:00:00Z")[1]["error"]["code"] == "journeys.rehearsal_future"
    assert _ask(owner, journey="journey: {}")[0] == 422
    assert _ask(owner, policy={"caps": 7})[0] == 422
