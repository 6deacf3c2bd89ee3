"""Which segments somebody is in, and why; and how a segment grew."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kervan.kernel import clock, postgres
from kervan.segments.live.loop import Loop
from kervan.segments.live.tick import Live
from tests.unit.web.api.finding import meet
from tests.unit.web.api.test_refuse import send
from tests.unit.web.api.test_segment_members import mirrored
from tests.unit.web.api.test_segments import CITY, code
from tests.unit.web.visiting import Place, Visitor, open_place

NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


@pytest.fixture
def irem(place: Place) -> str:
    """The public id of somebody in Bakı, of whom `baku` has been asked."""
    _, found = meet(place, "C-1", firstName="İrem", city="Bakı")
    meet(place, "C-2", firstName="Oya", city="İzmir")
    mirrored(place)
    return found


@pytest.fixture
def ece(place: Place, irem: str) -> Visitor:
    marketer = place.session(place.user("ece@shop.test", "marketer"))
    made = send(marketer, "POST", "/v1/segments", {"key": "baku", "name": "Bakı", "tree": CITY})
    assert made.status == 201, made.text
    _turn(place)
    return marketer


def _turn(place: Place) -> None:
    house = place.house
    workspace = house.config.workspace
    with postgres.connect(house.config.postgres_url, workspace=workspace) as conn:
        loop, live = Loop(conn, house.history, workspace), Live(conn, house.history)
        loop.step(live, clock.now_ms())
        while loop.filling:
            loop.step(live, clock.now_ms())


def test_the_segments_of_a_person(place: Place, ece: Visitor, irem: str) -> None:
    answer = ece.ask("GET", f"/v1/people/{irem}/segments")
    assert json.loads(answer.text) == [{"key": "baku", "name": "Bakı"}]
    assert code(ece.ask("GET", f"/v1/people/{NOBODY}/segments"))[1] == "web.person_unknown"


def test_why_she_is_in(place: Place, ece: Visitor, irem: str) -> None:
    answer = ece.ask("GET", f"/v1/segments/baku/why?person={irem}", Accept_Language="tr")
    told = json.loads(answer.text)
    assert (told["inside"], told["is_member"]) == (True, True)
    (only,) = told["because"]
    assert (only["path"], only["holds"], only["said"], only["until"]) == ("", True, "Bakı", None)
    assert "Bakı" in only["sentence"]
    assert "segment.why_asked" in place.audit()[-1]


def test_why_of_nobody(ece: Visitor) -> None:
    unknown = ece.ask("GET", f"/v1/segments/baku/why?person={NOBODY}")
    assert code(unknown) == (404, "web.person_unknown")
    assert code(ece.ask("GET", f"/v1/segments/none/why?person={NOBODY}"))[1] == "segments.not_found"


def test_how_it_grew(ece: Visitor) -> None:
    days = json.loads(ece.ask("GET", "/v1/segments/baku/days?days=3").text)
    assert [(one["members"], one["entered"], one["left"]) for one in days] == [(1, 0, 0)] * 3
    assert ece.ask("GET", "/v1/segments/baku/days?days=0").status == 422
