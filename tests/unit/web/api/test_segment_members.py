"""A list comes in over the API, bad entries are named, and what history cannot take is not lost."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kervan.segments.definitions import lists
from kervan.segments.mirror import step as mirror
from kervan.segments.mirror.read import Usual
from tests.unit.web.api.finding import meet
from tests.unit.web.api.test_refuse import send
from tests.unit.web.api.test_segments import code
from tests.unit.web.visiting import Place, Visitor, open_place

FRIENDS = {"key": "friends", "name": "Friends", "sort": "list"}


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


@pytest.fixture
def ece(place: Place) -> Visitor:
    visitor = place.session(place.user("ece@shop.test", "marketer"))
    assert send(visitor, "POST", "/v1/segments", FRIENDS).status == 201
    return visitor


def on_list(place: Place) -> list[int]:
    asked = "SELECT person FROM list_members FINAL WHERE list = 1 AND NOT gone ORDER BY person"
    return [person for (person,) in place.house.history.query(asked).result_rows]


def test_a_list_comes_in(place: Place, ece: Visitor) -> None:
    one, _ = meet(place, "C-1", email="irem@ornek.com")
    two, public = meet(place, "C-2")
    wanted = {"add": {"email": ["irem@ornek.com", "x"], "person": [public], "phone": [""]}}
    answer = send(ece, "POST", "/v1/segments/friends/members", wanted)
    assert answer.status == 200
    said = json.loads(answer.text)
    assert (said["added"], said["removed"], said["waiting"]) == (2, 0, 0)
    assert [(left["path"], left["code"]) for left in said["refused"]] == [
        ("add.email[1]", "segments.entry_bad"),
        ("add.phone[0]", "segments.entry_bad"),
    ]
    assert on_list(place) == [one, two]
    answer = send(ece, "POST", "/v1/segments/friends/members", {"remove": {"person": [public]}})
    assert json.loads(answer.text)["removed"] == 1 and on_list(place) == [one]
    deeds = [one for one in place.audit() if one[0] == "segment.members_changed"]
    assert [deed[3]["added"] for deed in deeds] == [2, 0]
    assert "irem" not in str(deeds)


def test_what_is_no_change_is_refused_whole(ece: Visitor) -> None:
    path = "/v1/segments/friends/members"
    for wrong in ({"add": {"names": []}}, {"add": []}, {"add": {"email": "a@b.com"}}, [], 1):
        assert code(send(ece, "POST", path, wrong)) == (422, "web.not_valid")
    many = {"add": {"customer_id": [str(number) for number in range(10_001)]}}
    assert code(send(ece, "POST", path, many)) == (422, "segments.too_many_entries")
    long = {"add": {"customer_id": ["x" * 1_000_001]}}
    assert code(send(ece, "POST", path, long)) == (413, "web.body_too_large")
    nowhere = send(ece, "POST", "/v1/segments/none/members", {})
    assert code(nowhere) == (404, "segments.not_found")


def test_what_history_cannot_take_waits(place: Place, ece: Visitor) -> None:
    one, _ = meet(place, "C-1")
    config = place.house.config
    place.house.config = replace(config, clickhouse_url="http://kervan:x@127.0.0.1:9")
    answer = send(ece, "POST", "/v1/segments/friends/members", {"add": {"customer_id": ["C-1"]}})
    assert answer.status == 200 and json.loads(answer.text)["waiting"] == 1
    place.house.config = config
    with place.house.connection() as conn:
        lists.step(conn, place.house.history)
    assert on_list(place) == [one]


def test_members_go_out_as_a_file(place: Place, ece: Visitor) -> None:
    _, one = meet(place, "C-1", email="irem@ornek.com")
    _, two = meet(place, "C-2", phone="+905321234567")
    mirrored(place)
    wanted = {"add": {"customer_id": ["C-1", "C-2"]}}
    assert send(ece, "POST", "/v1/segments/friends/members", wanted).status == 200
    path = "/v1/segments/friends/members"
    answer = ece.get(path)
    assert answer.status == 200 and "segment-friends-" in answer.headers["content-disposition"]
    assert answer.text.removeprefix("\ufeff").split() == ["person", one, two]
    lines = ece.get(path + "?form=ndjson").text.splitlines()
    assert [json.loads(line) for line in lines] == [{"person": one}, {"person": two}]
    assert code(ece.get(path + "?contacts=true")) == (403, "web.not_allowed")
    owner = place.session(place.user("oya@shop.test", "owner"))
    lines = owner.get(path + "?form=ndjson&contacts=true").text.splitlines()
    assert [json.loads(line) for line in lines] == [
        {"person": one, "email": "irem@ornek.com", "phone": ""},
        {"person": two, "email": "", "phone": "+905321234567"},
    ]
    table = owner.get(path + "?contacts=true").text
    assert f"{one},irem@ornek.com," in table and f"{two},,+905321234567" in table
    deeds = [deed[3]["contacts"] for deed in place.audit() if deed[0] == "segment.exported"]
    assert deeds == [False, False, True, True]
    assert ece.get(path + "?form=exe").status == 422
    assert code(ece.get("/v1/segments/none/members")) == (404, "segments.not_found")


def mirrored(place: Place) -> None:
    """ClickHouse knows everybody who is known."""
    with place.house.connection() as conn:
        usual = Usual("TR", "Europe/Istanbul", "tr")
        while mirror.step(conn, place.house.history, place.house.keys, usual).more:
            pass
