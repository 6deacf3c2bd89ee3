"""Who speaks is set by who may, kept whole, and every change is in the audit log."""

import json

from tests.unit.web.api.test_refuse import place, send
from tests.unit.web.visiting import Place

__all__ = ["place"]


def test_company(place: Place) -> None:
    visitor = place.session(place.user("oya@shop.example", "owner"))
    facts = {"title": "Çınar A.Ş.", "mersis": "0123 4567 8901 2345", "email": "b@cinar.example"}
    kept = send(visitor, "PUT", "/v1/company", facts)
    assert kept.status == 200, kept.text
    assert json.loads(kept.text)["mersis"] == "0123456789012345"
    assert send(visitor, "PUT", "/v1/company?brand=kids", {"title": "Kids"}).status == 200
    known = json.loads(visitor.get("/v1/company").text)
    assert {brand: one["title"] for brand, one in known.items()} == {
        "": "Çınar A.Ş.",
        "kids": "Kids",
    }
    for bad in ({}, {"title": ""}, {"title": "x", "mersis": "1"}, {"title": "x", "phone": "no"}):
        assert send(visitor, "PUT", "/v1/company", bad).status == 422
    assert [one[0] for one in place.audit()].count("company.changed") == 2
    agent = place.session(place.user("ana@shop.example", "agent"))
    assert send(agent, "PUT", "/v1/company", facts).status == 403
