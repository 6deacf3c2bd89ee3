"""The API of shadows: who may start one, and that people are told of only to who may see them."""

import json
from typing import Any

from kervan.app.shadower import Shadower
from kervan.journeys.shadow.play import Home
from kervan.kernel import clock
from tests.unit.journeys.rehearse.test_rehearse import BASKET, give_addresses
from tests.unit.journeys.rehearse.test_rehearse import remember as write
from tests.unit.journeys.shop import START_MS, Shop
from tests.unit.web.api.test_consents import place
from tests.unit.web.visiting import Place, Visitor

__all__ = ["place"]
PATH = "/v1/journeys/basket/shadow"


def _ask(who: Visitor, method: str, path: str = PATH, **said: object) -> tuple[int, Any]:
    body = json.dumps(said).encode() if method == "PUT" else b""
    answer = who.ask(method, path, body, content_type="application/json")
    return answer.status, json.loads(answer.text)


def test_a_shadow_is_started_told_of_and_ended(place: Place) -> None:
    owner = place.session(place.user("owner@shop.test", "owner"))
    developer = place.session(place.user("dev@shop.test", "developer"))
    assert _ask(developer, "PUT", text=BASKET)[0] == 403
    assert _ask(owner, "GET")[1]["error"]["code"] == "journeys.shadow_unknown"
    assert _ask(owner, "PUT")[1]["error"]["code"] == "journeys.unknown_journey"
    assert _ask(owner, "PUT", text="journey: {}")[0] == 422
    assert _ask(owner, "PUT", text=BASKET, days=99)[0] == 422
    other = "/v1/journeys/other/shadow"
    assert _ask(owner, "PUT", other, text=BASKET)[1]["error"]["code"] == "journeys.other_key"
    status, made = _ask(owner, "PUT", text=BASKET, policy={"name": "P"}, days=2)
    assert (status, made["state"], made["report"]) == (200, "on", None), made
    with place.connect() as conn, conn.transaction():
        Shop(conn).people([101, 102])
        give_addresses(conn, range(101, 103))
        conn.execute(
            "update journey_shadow set since = %(at)s, next_at = %(at)s",
            {"at": clock.from_ms(START_MS)},
        )
    write(place.house.history, [(1, one, "Product Added", {"price": 5}) for one in (101, 102)])
    config = place.house.config
    home = Home(config.workspace, config.timezone, config.country)
    with place.connect() as conn:
        Shadower(home, place.house.history).step(conn, START_MS + 86_400_000)
        conn.commit()
    status, told = _ask(owner, "GET")
    assert (status, told["problem"], told["report"]["entered"]) == (200, "", 2)
    assert len(told["report"]["sample"]) == 2
    assert _ask(developer, "GET")[1]["report"]["sample"] == []
    assert _ask(developer, "DELETE")[0] == 403
    assert _ask(owner, "DELETE")[1]["state"] == "ended"
    with place.connect() as conn:
        rows = conn.execute("select what from kervan.audit where what like 'journey%'").fetchall()
    assert sorted(one for (one,) in rows) == ["journey.shadow_started", "journey.shadow_stopped"]
