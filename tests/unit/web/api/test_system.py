"""The system is seen by who may, with the doctor's own sentences."""

import json

from kervan.engines.doctor import Finding
from kervan.web.api import system
from tests.unit.web.api.test_refuse import place
from tests.unit.web.visiting import Place

__all__ = ["place"]


def test_the_system_says_what_the_doctor_says(place: Place) -> None:
    visitor = place.session(place.user("dev@shop.example", "developer"))
    before = system.looks[:]
    system.looks.append(lambda _: [Finding("delivery.doctor_held", False, {"domains": "x.test"})])
    try:
        answer = visitor.get("/v1/system")
    finally:
        system.looks[:] = before
    assert answer.status == 200, answer.text
    told = json.loads(answer.text)
    # Nothing answers where this place looks for the history: the page says so and stands.
    assert {one["key"]: bool(one["version"]) for one in told["engines"]} == {
        "postgres": True,
        "clickhouse": False,
    }
    assert told["disk"]["free"] > 0
    assert [one["key"] for one in told["queues"] if not one["ok"]] == ["history"]
    assert told["found"][0]["by"] == "doctor" and "x.test" in told["found"][0]["said"]
    analyst = place.session(place.user("ana@shop.example", "analyst"))
    assert analyst.get("/v1/system").status == 403
