"""A journey is tried through the API: nothing is sent or kept, and who is looked at is logged."""

import json
import uuid
from typing import Any

from tests.unit.journeys.tested.test_tried import TEXT
from tests.unit.web.api.finding import meet
from tests.unit.web.api.test_profile import place
from tests.unit.web.visiting import Place, Visitor

__all__ = ["place"]
RANK = """{key: rank, kind: branch, next: {gold: end, else: rest}, ways: [{name: gold, when:
       {kind: trait, trait: tier, test: {kind: text, op: eq, values: [gold]}}}]}"""


def _try(who: Visitor, **said: object) -> tuple[int, Any]:
    body = json.dumps({"text": TEXT, "properties": {"price": 150}, **said}).encode()
    answer = who.ask("POST", "/v1/journeys/test", body, content_type="application/json")
    return answer.status, json.loads(answer.text)


def test_with_somebody_made_up(place: Place) -> None:
    analyst = place.session(place.user("analyst@shop.test", "analyst"))
    status, told = _try(analyst, start="2026-03-02 10:00")
    assert status == 200, told
    assert told["begins_at"].startswith("2026-03-02T07:00") and told["zone"] == "Europe/Istanbul"
    message = next(one for one in told["scenes"] if one["what"] == "message")
    assert (message["step"], message["channel"], message["outcome"]) == ("ask", "email", "sent")
    assert (told["scenes"][-1]["what"], told["scenes"][-1]["exit"]) == ("left", "finished")
    _, silent = _try(analyst, made_up={"channels": []})
    message = next(one for one in silent["scenes"] if one["what"] == "message")
    assert (message["channel"], message["reason"]) == ("", "no_address")
    assert _try(analyst, text="journey: {")[0] == 422
    assert _try(analyst, start="yesterday")[1]["error"]["problems"][0]["path"] == "/start"
    surrogate = {"traits": {"s": "\ud800"}}
    soon = [{"after": "soon"}]
    for wrong in ({"start": "9999-12-31 23:59"}, {"made_up": surrogate}, {"later": soon}):
        assert _try(analyst, **wrong)[0] == 422, wrong
    odd = {"traits": {"a.b": [1, {"c": None}], "": ""}, "segments": ["x"], "language": "?"}
    later = [{"after": "1 hour"}, {"reaction": "clicks", "step": "no-step"}]
    assert _try(analyst, made_up=odd, later=later, ways={"x": "y"}, event="?")[1]["missed"] == [1]
    assert json.loads(analyst.ask("GET", "/v1/journeys/definitions").text) == []


def test_with_a_real_person_as_she_is(place: Place) -> None:
    _, person = meet(place, "C-1", email="gul@ornek.com", tier="gold")
    text = TEXT.replace("  steps:\n", f"  steps:\n    - {RANK}\n")
    marketer = place.session(place.user("marketer@shop.test", "marketer"))
    status, told = _try(marketer, text=text, person=person)
    assert status == 200, told
    assert {"rank gold"} <= {f"{one['step']} {one['exit']}" for one in told["scenes"]}
    assert ("journey.tested", {"person": person}) in [
        (what, facts) for what, _, _, facts in place.audit()
    ]
    _, letter = _try(marketer, person=person)
    message = next(one for one in letter["scenes"] if one["what"] == "message")
    assert message["reason"] == "no_consent", "she never agreed"
    assert _try(marketer, person=str(uuid.UUID(int=7)))[0] == 404
    developer = place.session(place.user("developer@shop.test", "developer"))
    assert _try(developer, person=person)[0] == 403
