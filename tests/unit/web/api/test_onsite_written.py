"""A draft is on every device of its authors; publishing it ends it, unless it is another by now."""

import json
from typing import Any

from tests.unit.onsite.winter import plain
from tests.unit.web.api.test_messages import ece, place, told
from tests.unit.web.visiting import Place, Visitor

__all__ = ["ece", "place"]
PATH = "/v1/onsite/winter"


def put(by: Visitor, path: str, value: Any, match: str) -> tuple[int, Any]:
    body = json.dumps(value).encode()
    answer = by.ask("PUT", path, body, content_type="application/json", if_match=match)
    return answer.status, json.loads(answer.text)


def test_from_the_first_word_to_publishing(place: Place, ece: Visitor) -> None:
    half = {"campaign": {"key": "winter", "kind": "balloon"}, "base": 0}
    status, kept = put(ece, f"{PATH}/draft", half, '"0"')
    assert (status, kept["edition"], kept["campaign"]) == (200, 1, half["campaign"])
    assert [one["key"] for one in json.loads(ece.get("/v1/onsite/drafts").text)] == ["winter"]
    status, late = put(ece, f"{PATH}/draft", half, '"0"')
    assert (status, late["error"]["code"]) == (409, "onsite.draft_changed")
    assert put(ece, f"{PATH}/draft", {"campaign": plain()}, '"1"')[1]["edition"] == 2
    status, late = put(ece, f"{PATH}?draft=1", plain(), '"0"')
    assert (status, late["error"]["code"]) == (409, "onsite.draft_changed")
    assert ece.get(PATH).status == 404, "nothing was published by that"
    assert put(ece, f"{PATH}?draft=2", plain(), '"0"')[1]["version"] == 1
    assert json.loads(ece.get(f"{PATH}/draft").text) is None
    assert json.loads(ece.get("/v1/onsite/drafts").text) == []


def test_what_is_no_draft(place: Place, ece: Visitor) -> None:
    assert put(ece, f"{PATH}/draft", {"campaign": []}, "")[0] == 422
    assert put(ece, f"{PATH}/draft", {"campaign": {"key": "other"}}, "")[0] == 422
    told(ece, "DELETE", f"{PATH}/draft", None, 404)
    reader = place.session(place.user("ana@shop.test", "analyst"))
    assert put(reader, f"{PATH}/draft", {"campaign": plain()}, "")[0] == 403
