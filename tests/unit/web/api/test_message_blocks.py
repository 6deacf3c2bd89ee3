"""Blocks are written and kept through the API, and messages take them in."""

import json

from tests.unit.content.messages.autumn import autumn
from tests.unit.web.api.test_messages import ece, place, told
from tests.unit.web.visiting import Place, Visitor

__all__ = ["ece", "place"]
PATH = "/v1/messages/blocks/foot"


def foot(text: str) -> dict[str, object]:
    """A block of plain text."""
    return {"key": "foot", "name": "Foot", "pieces": {"tr": {"text": text}}}


def test_blocks(place: Place, ece: Visitor) -> None:
    before = len(place.audit())
    assert told(ece, "PUT", PATH + "?plan=true", foot("one"))["change"] == "new"
    assert told(ece, "PUT", PATH, foot("one"))["version"] == 1
    assert told(ece, "PUT", PATH, foot("one"))["change"] == "same"
    assert told(ece, "PUT", PATH, foot("two"))["version"] == 2
    assert [one[0] for one in place.audit()][before:] == ["block.new", "block.changed"]
    assert json.loads(ece.get("/v1/messages/blocks").text) == [foot("two")]
    assert [one["version"] for one in json.loads(ece.get(PATH).text)] == [1, 2]
    assert ece.get("/v1/messages/blocks/none").status == 404
    wanted = autumn(variants={"sms": {"tr": {"text": 'Palto {% use "foot" %}'}}})
    (shown,) = told(ece, "POST", "/v1/messages/preview", {"message": wanted})
    assert shown["fields"] == {"text": "Palto two"}
    for bad in ({}, {**foot("x"), "key": "other"}, foot("{% if x %}"), foot('{% use "foot" %}')):
        told(ece, "PUT", PATH, bad, 400 if bad.get("pieces") and bad["key"] == "foot" else 422)
    developer = place.session(place.user("dev@shop.test", "developer"))
    told(developer, "PUT", PATH, foot("x"), 403)
