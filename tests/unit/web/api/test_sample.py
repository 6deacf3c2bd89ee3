"""Somebody who may bring people in may have the sample shop, once; who may erase takes it out."""

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
    assert owner.ask("POST", "/v1/sample/remove").status == 409, "nothing to take out"
    assert owner.get("/v1/sample/contents").status == 409
    begun = owner.ask("POST", "/v1/sample")
    assert begun.status == 202
    told = json.loads(owner.get("/v1/sample").text)
    assert told == json.loads(begun.text)
    assert (told["state"], told["sent"], told["possible"]) == ("loading", 0, False)
    assert owner.ask("POST", "/v1/sample").status == 409
    contents = json.loads(owner.get("/v1/sample/contents").text)
    assert contents == {"people": 0, "staying": 0, "orders": 0, "products": 0}
    assert till.ask("POST", "/v1/sample/remove").status == 403
    for _ in range(2):  # asked twice is asked once
        asked = owner.ask("POST", "/v1/sample/remove")
        assert (asked.status, json.loads(asked.text)["state"]) == (202, "removing")
    deeds = [one[0] for one in place.audit()]
    assert deeds.count("sample.removal_begun") == 1
    assert "sample.begun" in [one[0] for one in place.audit()]
