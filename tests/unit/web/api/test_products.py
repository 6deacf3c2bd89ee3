"""A shop tells of its products; each is judged alone."""

import json

from tests.unit.web.api.test_messages import ece, place, told
from tests.unit.web.visiting import Place, Visitor

__all__ = ["ece", "place"]


def test_products(place: Place, ece: Visitor) -> None:
    developer = place.session(place.user("dev@shop.test", "developer"))
    coat = {"id": "p1", "name": "Palto", "price_minor": 4990, "currency": "TRY"}
    batch = {"products": [coat, {"id": "p2", "name": ""}]}
    done = told(developer, "PUT", "/v1/products", batch)
    assert done["changed"] == 1
    assert [(one["line"], one["field"]) for one in done["refused"]] == [(2, "name")]
    assert told(developer, "PUT", "/v1/products", batch)["changed"] == 0
    (shown,) = json.loads(ece.get("/v1/products?limit=5").text)
    assert shown.items() >= coat.items() and shown["available"] is True
    assert json.loads(ece.get("/v1/products?after=p1").text) == []
    told(developer, "PUT", "/v1/products", {"products": [{"id": 1}]}, 422)
    told(ece, "PUT", "/v1/products", batch, 403)
