"""One button stops marketing, one lets it go again; both are written down."""

import json

from tests.unit.web.api.test_refuse import place, send
from tests.unit.web.visiting import Place

__all__ = ["place"]


def test_stop_and_resume(place: Place) -> None:
    marketer = place.session(place.user("ece@shop.example", "marketer"))
    new = {"reason": "Yanlış fiyat", "brand": "moda"}
    first = send(marketer, "POST", "/v1/sending/stop", new)
    assert (first.status, json.loads(first.text)) == (200, {"changed": True})
    again = send(marketer, "POST", "/v1/sending/stop", new)
    assert json.loads(again.text) == {"changed": False}
    [stop] = json.loads(marketer.get("/v1/sending/stops").text)
    assert (stop["scope"], stop["reason"], stop["everything"]) == (
        "brand:moda", "Yanlış fiyat", False,
    )  # fmt: skip
    assert stop["author"].startswith("user ")
    assert place.audit()[-1][0] == "sending.stopped"
    lifted = send(marketer, "POST", "/v1/sending/resume", {"brand": "moda", "drop": True})
    assert lifted.status == 200
    assert place.audit()[-1][0] == "sending.resumed"
    assert json.loads(marketer.get("/v1/sending/stops").text) == []
    assert send(marketer, "POST", "/v1/sending/resume", {"brand": "moda"}).status == 409
    both = {"reason": "x", "brand": "moda", "channel": "sms"}
    assert send(marketer, "POST", "/v1/sending/stop", both).status == 422


def test_who_only_reads_stops_nothing(place: Place) -> None:
    analyst = place.session(place.user("can@shop.example", "analyst"))
    assert send(analyst, "POST", "/v1/sending/stop", {"reason": "x"}).status == 403
    assert json.loads(analyst.get("/v1/sending/stops").text) == []
