"""The topics of the preference page are set as a whole, or not at all."""

import json

from tests.unit.web.api.test_refuse import place, send
from tests.unit.web.visiting import Place

__all__ = ["place"]


def test_topics(place: Place) -> None:
    visitor = place.session(place.user("oya@shop.example", "owner"))
    names = {"tr": "Çay", "az": "Çay", "en": "Tea"}
    wanted = [{"key": "tea", "names": names}]
    assert send(visitor, "PUT", "/v1/topics", wanted).status == 204
    assert json.loads(visitor.get("/v1/topics").text) == wanted
    for bad in ([{"key": "tea", "names": {"en": "Tea"}}], [{"key": "", "names": names}], [1], {}):
        assert send(visitor, "PUT", "/v1/topics", bad).status == 422
    assert json.loads(visitor.get("/v1/topics").text) == wanted
