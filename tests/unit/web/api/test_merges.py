"""An operator makes two people one and takes it back; what is seen follows at once."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.history.telling import tell
from tests.unit.web.api.finding import meet
from tests.unit.web.visiting import Answer, Place, Visitor, open_place


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


def _post(who: Visitor, path: str, **said: object) -> Answer:
    return who.ask("POST", path, json.dumps(said).encode(), content_type="application/json")


def _names(who: Visitor, person: str) -> list[str]:
    answer = who.get(f"/v1/people/{person}/timeline")
    assert answer.status == 200, answer.text
    return [one["name"] for one in json.loads(answer.text)["events"]]


def _who(place: Place) -> list[int]:
    rows = place.house.history.query("select who from events order by event_id").result_rows
    return [int(row[0]) for row in rows]


def test_two_are_one_and_two_again(place: Place) -> None:
    one, one_id = meet(place, "C-1", firstName="İrem")
    two, two_id = meet(place, "C-2", firstName="Irem")
    tell(place.house.history, (one, 0, 0), (two, 0, 1), (two, 0, 2))
    agent = place.session(place.user("agent@shop.test", "owner"))
    before = _names(agent, one_id), _names(agent, two_id)
    for _ in range(2):  # doing it again changes nothing
        answer = _post(agent, f"/v1/people/{two_id}/merge", other=one_id)
        assert answer.status == 200, answer.text
    head = json.loads(answer.text)["person"]
    assert head in (one_id, two_id)
    assert len(set(_who(place))) == 1  # seen in queries about everybody, at once
    assert _names(agent, one_id) == _names(agent, two_id)
    assert _names(agent, one_id).count("Visited") == 3
    assert json.loads(agent.get(f"/v1/people/{two_id}").text)["id"] == head
    (merge,) = json.loads(agent.get(f"/v1/people/{one_id}/merges").text)["merges"]
    assert {merge["one"], merge["other"]} == {one_id, two_id}
    assert merge["actor"] == "agent@shop.test"
    for _ in range(2):
        answer = _post(agent, f"/v1/people/{one_id}/unmerge", other=two_id)
        assert answer.status == 200, answer.text
        assert json.loads(answer.text)["person"] == one_id
    assert _who(place) == [one, two, two]
    decided = ["Identity Decided"]
    for person, was in zip((one_id, two_id), before, strict=True):
        assert [name for name in _names(agent, person) if name not in decided] == was
        assert _names(agent, person).count("Identity Decided") >= 2
    said = [row[0] for row in place.audit() if row[0].startswith("people.")]
    assert (said.count("people.merged"), said.count("people.unmerged")) == (1, 1)


def test_a_page_of_the_timeline_goes_through_records_too(place: Place) -> None:
    person, person_id = meet(place, "C-1", firstName="Ali")
    tell(place.house.history, *((person, 0, i) for i in range(5)))
    agent = place.session(place.user("agent@shop.test", "owner"))
    for text in ("first", "second", "third"):
        assert _post(agent, f"/v1/people/{person_id}/notes", text=text).status == 200
    seen, cursor = [], ""
    while True:
        more = f"&cursor={cursor}" if cursor else ""
        piece = json.loads(agent.get(f"/v1/people/{person_id}/timeline?limit=2{more}").text)
        seen += piece["events"]
        cursor = piece["cursor"]
        if cursor is None:
            break
    assert len({one["id"] for one in seen}) == len(seen)
    assert sorted(one["name"] for one in seen if one["name"] != "Identity Decided") == (
        ["Note Written"] * 3 + ["Visited"] * 5
    )
    texts = [one["properties"]["text"] for one in seen if one["name"] == "Note Written"]
    assert texts == ["third", "second", "first"]
    assert [one["at_ms"] for one in seen] == sorted((one["at_ms"] for one in seen), reverse=True)


def test_what_cannot_be_is_refused_with_a_reason(place: Place) -> None:
    _, one = meet(place, "C-1")
    _, two = meet(place, "C-2")
    agent = place.session(place.user("agent@shop.test", "owner"))
    nobody = str(uuid.uuid4())
    assert _post(agent, f"/v1/people/{one}/merge", other=nobody).status == 404
    assert _post(agent, f"/v1/people/{one}/merge", other=one).status == 409
    assert _post(agent, f"/v1/people/{one}/merge", other="Ali").status == 422
    assert _post(agent, f"/v1/people/{one}/notes", text="").status == 422
    assert _post(agent, f"/v1/people/{one}/notes", text="x" * 4_001).status == 422
    assert _post(agent, f"/v1/people/{nobody}/notes", text="x").status == 404
    # Two who are apart already are apart: nothing to do.
    assert _post(agent, f"/v1/people/{one}/unmerge", other=two).status == 200


def test_who_are_one_by_an_address_are_not_parted_by_hand(place: Place) -> None:
    _, one = meet(place, "C-1", email="a@ornek.com")
    agent = place.session(place.user("agent@shop.test", "owner"))
    assert _post(agent, f"/v1/people/{one}/unmerge", other=one).status == 404


def test_analysts_may_not(place: Place) -> None:
    _, one = meet(place, "C-1")
    _, two = meet(place, "C-2")
    analyst = place.session(place.user("analyst@shop.test", "analyst"))
    assert _post(analyst, f"/v1/people/{one}/merge", other=two).status == 403
    assert _post(analyst, f"/v1/people/{one}/notes", text="x").status == 403
