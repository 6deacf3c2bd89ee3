"""A source is renamed, limited and switched by what is named only; two never share a name."""

import json

from tests.unit.web.api.test_refuse import place, send
from tests.unit.web.visiting import Place

__all__ = ["place"]


def test_a_source_is_renamed_and_keeps_the_rest(place: Place) -> None:
    visitor = place.session(place.user("oya@shop.example", "owner"))
    for name in ("Shop", "Till"):
        wanted = {"name": name, "kind": "server", "rate_limit_per_second": 7}
        assert send(visitor, "POST", "/v1/sources", wanted).status == 201

    def known() -> dict[str, dict[str, object]]:
        return {one["name"]: one for one in json.loads(visitor.get("/v1/sources").text)}

    shop = known()["Shop"]
    where = f"/v1/sources/{shop['id']}"
    taken = send(visitor, "PATCH", where, {"name": "Till"})
    assert (taken.status, json.loads(taken.text)["error"]["code"]) == (409, "collect.source_exists")
    assert send(visitor, "PATCH", where, {"name": "Shop"}).status == 204
    assert send(visitor, "PATCH", where, {"name": ""}).status == 422
    assert send(visitor, "PATCH", where, {"name": "Web shop"}).status == 204
    assert known()["Web shop"] == {**shop, "name": "Web shop"}
    assert send(visitor, "PATCH", where, {"enabled": False}).status == 204
    assert known()["Web shop"] == {**shop, "name": "Web shop", "enabled": False}
