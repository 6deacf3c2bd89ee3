"""Segments are made, changed and archived over the API, each once, and each deed is noted."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.web.api.test_refuse import send
from tests.unit.web.visiting import Answer, Place, Visitor, open_place

CITY = {"kind": "trait", "trait": "city", "test": {"kind": "text", "op": "eq", "values": ["Bakı"]}}


def member(key: str) -> dict[str, Any]:
    return {"kind": "all", "of": [{"kind": "member", "segment": key}]}


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path, segments_limit=3) as opened:
        yield opened


@pytest.fixture
def ece(place: Place) -> Visitor:
    return place.session(place.user("ece@shop.test", "marketer"))


def code(answer: Answer) -> tuple[int, str]:
    return answer.status, str(json.loads(answer.text)["error"]["code"])


def test_a_segment_from_its_making_to_the_archive(place: Place, ece: Visitor) -> None:
    new = {"key": "baku", "name": "Bakı", "tree": CITY}
    made = send(ece, "POST", "/v1/segments", new)
    assert (made.status, made.headers["etag"]) == (201, '"1"')
    whole = json.loads(made.text)
    assert (whole["sort"], whole["state"], whole["tree"]) == ("tree", "active", CITY)
    again = send(ece, "POST", "/v1/segments", new)
    assert again.status == 200 and json.loads(again.text) == whole
    assert json.loads(ece.get("/v1/segments/baku").text) == whole
    assert [one["key"] for one in json.loads(ece.get("/v1/segments").text)] == ["baku"]
    other = {**CITY, "trait": "town"}
    changed = ece.ask(
        "PATCH", "/v1/segments/baku", json.dumps({"tree": other}).encode(), if_match='"1"'
    )
    assert (changed.status, changed.headers["etag"]) == (200, '"2"')
    late = ece.ask("PATCH", "/v1/segments/baku", json.dumps({"tree": CITY}).encode(), if_match="1")
    assert code(late) == (409, "segments.changed_meanwhile")
    odd = ece.ask("PATCH", "/v1/segments/baku", b"{}", if_match="yesterday")
    assert code(odd) == (400, "segments.bad_version")
    past = json.loads(ece.get("/v1/segments/baku/versions").text)
    assert [(one["version"], one["tree"]) for one in past] == [(1, CITY), (2, other)]
    send(ece, "POST", "/v1/segments", {"key": "b", "name": "B", "tree": member("baku")})
    users = json.loads(ece.get("/v1/segments/baku/uses").text)
    assert users == [{"kind": "segment", "key": "b", "name": "B", "holds": True}]
    figures = json.loads(ece.get("/v1/segments?figures=true").text)
    assert [(one["key"], one["people"], one["uses"]) for one in figures] == [
        ("b", None, {}),
        ("baku", None, {"segment": 1}),
    ]
    assert code(send(ece, "POST", "/v1/segments/baku/archive", {})) == (409, "segments.in_use")
    for key in ("b", "baku"):
        assert send(ece, "POST", f"/v1/segments/{key}/archive", {}).status == 204
    assert json.loads(ece.get("/v1/segments").text) == []
    assert len(json.loads(ece.get("/v1/segments?state=all").text)) == 2
    gone = send(ece, "POST", "/v1/segments/b/restore", {})
    (problem,) = json.loads(gone.text)["error"]["problems"]
    assert (problem["path"], problem["code"]) == ("/of/0/segment", "segments.unknown_segment")
    assert send(ece, "POST", "/v1/segments/baku/restore", {}).status == 204
    deeds = [(one[0], one[3].get("key")) for one in place.audit() if one[0].startswith("segment")]
    assert deeds == [
        ("segment.created", "baku"),
        ("segment.changed", "baku"),
        ("segment.created", "b"),
        ("segment.archived", "b"),
        ("segment.archived", "baku"),
        ("segment.restored", "baku"),
    ]


def test_what_cannot_be_is_said_with_its_place(ece: Visitor) -> None:
    bad = {"kind": "all", "of": [CITY, {"kind": "trait", "trait": "x", "test": {"kind": "txet"}}]}
    raw = json.dumps({"key": "bad", "name": "Bad", "tree": bad}).encode()
    said = {
        language: ece.ask("POST", "/v1/segments", raw, accept_language=language)
        for language in ("tr", "az", "en")
    }
    for answer in said.values():
        assert code(answer) == (422, "segments.not_valid")
        (problem,) = json.loads(answer.text)["error"]["problems"]
        assert problem["path"].startswith("/of/1/test") and "txet" in problem["message"]
    assert len({answer.text for answer in said.values()}) == 3
    for body, refused in (
        ({"key": "a", "name": "A"}, "segments.tree_or_list"),
        ({"key": "a", "name": "A", "sort": "list", "tree": CITY}, "segments.tree_or_list"),
        ({"key": "a", "name": "A", "tree": CITY, "x": 1}, "web.not_valid"),
        ({"key": "a", "tree": CITY}, "web.not_valid"),
        ({"key": "A", "name": "A", "tree": CITY}, "segments.bad_key"),
        ({"key": "templates", "name": "A", "tree": CITY}, "segments.bad_key"),
        ({"key": "a", "name": "\x00", "tree": CITY}, "segments.bad_name"),
        ([], "web.not_valid"),
    ):
        assert code(send(ece, "POST", "/v1/segments", body)) == (422, refused), body
    deep = b'{"key":"a","name":"A","tree":' + b'{"kind":"all","of":[' * 40_000
    for raw in (b"", b"{", b"\xff", deep, deep + b"]}" * 40_000 + b"}"):
        assert ece.ask("POST", "/v1/segments", raw).status == 422
    assert json.loads(ece.get("/v1/segments").text) == []
    for path in ("/v1/segments/none", "/v1/segments/A%00", "/v1/segments/none/versions"):
        assert code(ece.get(path)) == (404, "segments.not_found")


def test_too_much_is_said_to_be_too_much(ece: Visitor) -> None:
    big = b'{"key":"a","name":"' + b"x" * 1_000_001 + b'"}'
    assert code(ece.ask("POST", "/v1/segments", big)) == (413, "web.body_too_large")
    for key in ("a", "b", "c"):
        assert send(ece, "POST", "/v1/segments", {"key": key, "name": key, "sort": "list"}).status
    fourth = send(ece, "POST", "/v1/segments", {"key": "d", "name": "d", "sort": "list"})
    assert code(fourth) == (409, "segments.too_many")


def test_who_may_only_look_changes_nothing(place: Place, ece: Visitor) -> None:
    send(ece, "POST", "/v1/segments", {"key": "a", "name": "A", "tree": CITY})
    approver = place.session(place.user("can@shop.test", "approver"))
    assert approver.get("/v1/segments/a").status == 200
    for method, path in (
        ("POST", "/v1/segments"),
        ("PATCH", "/v1/segments/a"),
        ("POST", "/v1/segments/a/archive"),
    ):
        assert code(send(approver, method, path, {})) == (403, "web.not_allowed")
    agent = place.session(place.user("ana@shop.test", "agent"))
    assert agent.get("/v1/segments").status == 403


def test_templates_speak_the_readers_language_and_become_segments(ece: Visitor) -> None:
    offers = {
        language: json.loads(ece.get("/v1/segments/templates", accept_language=language).text)
        for language in ("tr", "az", "en")
    }
    assert len({one[0]["name"] for one in offers.values()}) == 3
    new = {"key": "gone", "name": "Gone", "template": "lapsed", "values": {"quiet_days": 90}}
    made = send(ece, "POST", "/v1/segments", new)
    assert made.status == 201 and '"amount":90' in made.text.replace(" ", "")
    assert send(ece, "POST", "/v1/segments", new).status == 200
    for wrong, refused in (
        ({"template": "x"}, (404, "segments.template_unknown")),
        ({"values": {"quiet_days": 0}}, (422, "segments.template_number")),
        ({"tree": CITY}, (422, "segments.tree_or_list")),
        ({"sort": "list"}, (422, "segments.tree_or_list")),
    ):
        assert code(send(ece, "POST", "/v1/segments", {**new, "key": "b", **wrong})) == refused
