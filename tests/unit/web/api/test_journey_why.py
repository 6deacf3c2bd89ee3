"""The API says why somebody is in a journey, and opens the people behind its numbers."""

import json
from typing import Any

from tests.unit.journeys.shop import START_MS
from tests.unit.journeys.why.test_gather import HOUR, Both
from tests.unit.web.api.test_consents import place
from tests.unit.web.visiting import Place, Visitor

__all__ = ["place"]
JOURNEY = """
journey:
  key: basket
  name: Basket
  trigger: {event: Product Added, where: [{property: price, gte: 100}]}
  steps:
    - {key: rest, kind: wait, for: 1 hour}
    - {key: end, kind: exit, reason: done}
"""


def _get(who: Visitor, path: str) -> tuple[int, Any]:
    answer = who.get(path)
    return answer.status, json.loads(answer.text)


def _live(place: Place) -> list[str]:
    """Two people of whom one enters; gives their public ids."""
    with place.connect() as conn, conn.transaction():
        shop = Both(conn, place.house.history)
        shop.publish(JOURNEY)
        shop.live(
            (0, 1, "Product Added", {"price": 120, "name": "call +905321234567"}),
            (0, 2, "Product Added", {"price": 20}),
        )
        shop.settle(HOUR)
        rows = conn.execute("select id from profile order by person").fetchall()
    return [str(id_) for (id_,) in rows]


def test_why_and_numbers(place: Place) -> None:
    ids = _live(place)
    analyst = place.session(place.user("analyst@shop.test", "analyst"))
    status, why = _get(analyst, f"/v1/journeys/basket/people/{ids[0]}/why?language=tr")
    assert status == 200 and why["why_not"] == []
    codes = [one["code"] for one in why["runs"][0]["story"]]
    assert codes[0] == "journeys.why_entered" and codes[-1] == "journeys.why_left"
    assert why["runs"][0]["story"][0]["at_ms"] == START_MS
    assert "532" not in json.dumps(why), "masked"
    assert "için girdi (sürüm 1)" in why["said"]
    privacy = place.session(place.user("privacy@shop.test", "privacy_officer"))
    _, open_ = _get(privacy, f"/v1/journeys/basket/people/{ids[0]}/why?language=en")
    assert "+905321234567" in open_["said"]
    looks = [(what, facts) for what, _, _, facts in place.audit()]
    assert ("people.revealed", {"people": [ids[0]]}) in looks
    _, never = _get(analyst, f"/v1/journeys/basket/people/{ids[1]}/why")
    assert [one["code"] for one in never["why_not"]] == ["journeys.missed_condition"]

    _, told = _get(analyst, "/v1/journeys/basket/numbers")
    (version,) = told["versions"]
    assert (version["entered"], version["inside"], version["left"]) == (1, 0, {"finished": 1})
    assert version["steps"][0]["passed"] == {"next": 1}
    path = "/v1/journeys/basket/people?figure=passed&step=rest&exit=next&limit=1"
    _, piece = _get(analyst, path)
    assert [one["person"] for one in piece["people"]] == [ids[0]]
    _, rest = _get(analyst, f"{path}&cursor={piece['cursor']}")
    assert rest == {"people": [], "cursor": None}


def test_what_events_say_of_her_is_masked_wherever_it_stands(place: Place) -> None:
    asked = "where: [{property: customer.name, eq: Ece}, {property: customer, exists: false}]"
    with place.connect() as conn, conn.transaction():
        shop = Both(conn, place.house.history)
        shop.publish(JOURNEY.replace("where: [{property: price, gte: 100}]", asked))
        shop.live(
            (0, 1, "Product Added", {"customer": {"name": "Irem Aydin"}}),
            (0, 2, "Product Added", {"customer": {"name": "Ece", "first_name": "Irem"}}),
        )
        shop.settle(HOUR)
        rows = conn.execute("select id from profile order by person").fetchall()
    analyst = place.session(place.user("analyst@shop.test", "analyst"))
    for (id_,) in rows:
        _, why = _get(analyst, f"/v1/journeys/basket/people/{id_}/why")
        assert [one["code"] for one in why["why_not"]] == ["journeys.missed_condition"]
        assert "Irem" not in json.dumps(why) and "Aydin" not in json.dumps(why)


def test_what_is_not_there_is_said(place: Place) -> None:
    ids = _live(place)
    analyst = place.session(place.user("analyst@shop.test", "analyst"))
    nobody = "00000000-0000-0000-0000-000000000009"
    for path in (
        f"/v1/journeys/basket/people/{nobody}/why",
        f"/v1/journeys/nothing/people/{ids[0]}/why",
        f"/v1/journeys/a%00b/people/{ids[0]}/why",
        "/v1/journeys/a%00b/numbers",
        "/v1/journeys/a%00b/people?figure=came",
        "/v1/journeys/nothing/numbers",
        "/v1/journeys/basket/people?figure=came&step=nowhere",
        "/v1/journeys/basket/people?figure=came&step=rest&exit=sideways",
    ):
        assert _get(analyst, path)[0] == 404, path
    assert _get(analyst, "/v1/journeys/basket/people?figure=came&cursor=x")[0] == 400
    assert _get(analyst, "/v1/journeys/basket/people?figure=what")[0] == 422
