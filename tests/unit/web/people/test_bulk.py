"""Many at once: counted first, put onto a list once, taken out by those who may."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.web.api.finding import meet
from tests.unit.web.api.test_refuse import send
from tests.unit.web.api.test_segment_members import FRIENDS, mirrored, on_list
from tests.unit.web.api.test_segments import CITY, code
from tests.unit.web.visiting import Place, open_place


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


@pytest.fixture
def two(place: Place) -> list[tuple[int, str]]:
    found = [
        meet(place, "C-1", firstName="İrem", city="Bakı", email="irem@ornek.com"),
        meet(place, "C-2", firstName="=Oya", city="İzmir"),
    ]
    mirrored(place)
    return found


def test_counted_first_and_then_listed(place: Place, two: list[tuple[int, str]]) -> None:
    ece = place.session(place.user("ece@shop.test", "marketer"))
    assert send(ece, "POST", "/v1/segments", FRIENDS).status == 201
    path, whom = "/v1/people/chosen/list", {"tree": CITY}
    plan = send(ece, "POST", path, {"whom": whom, "key": "friends", "plan": True})
    assert json.loads(plan.text) == {"people": 1, "already": 0} and on_list(place) == []
    assert send(ece, "POST", path, {"whom": whom, "key": "friends"}).status == 200
    assert on_list(place) == [two[0][0]]
    everybody = {"whom": {"but": [two[0][1]]}, "key": "friends"}
    assert json.loads(send(ece, "POST", path, everybody).text)["people"] == 1
    assert on_list(place) == [two[0][0], two[1][0]]
    assert code(send(ece, "POST", path, {"whom": whom, "key": "none"})) == (
        404, "segments.not_found",
    )  # fmt: skip
    assert send(ece, "POST", "/v1/people/chosen/export", {"whom": whom}).status == 403


def test_taken_out_by_those_who_may(place: Place, two: list[tuple[int, str]]) -> None:
    owner = place.session(place.user("owner@shop.test", "owner"))
    whom = {"people": [two[0][1], two[1][1]]}
    answer = send(owner, "POST", "/v1/people/chosen/export", {"whom": whom})
    assert answer.status == 200 and "attachment" in answer.headers["content-disposition"]
    lines = answer.text.removeprefix("\ufeff").split("\r\n")
    assert lines[0] == "person,name,email,phone"
    assert lines[1] == f"{two[0][1]},İrem,irem@ornek.com,"
    assert lines[2] == f"{two[1][1]},'=Oya,,", "no cell is a formula"
    deed = place.audit()[-1]
    assert deed[0] == "people.exported" and deed[3]["people"] == 2
    assert "irem" not in str(deed)
