"""Somebody who may bring people in may have the sample shop, once."""

import json

from tests.unit.web.api.test_consents import place
from tests.unit.web.visiting import Place

__all__ = ["place"]


def test_it_is_asked_for_once_and_told(place: Place) -> None:
    owner = place.session(place.user("oya@shop.test", "owner"))
    till = place.session(place.user("till@shop.test", "store_staff"))
    assert till.ask("POST", "/v1/sample").status == 403
    stands = json.loads(owner.get("/v1/sample").text)
    if not stands["possible"]:  # the place has people already
        assert owner.ask("POST", "/v1/sample").status == 409
        return
    begun = owner.ask("POST", "/v1/sample")
    assert begun.status == 202
    told = json.loads(owner.get("/v1/sample").text)
    assert told == json.loads(begun.text)
    assert (told["state"], told["sent"], told["possible"]) == ("loading", 0, False)
    assert owner.ask("POST", "/v1/sample").status == 409
    assert "sample.begun" in [one[0] for one in place.audit()]
